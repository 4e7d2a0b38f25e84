import type { GatherContext } from '../context.ts';
import { EnvironmentRevisions } from './environments.ts';
import { SpokeStates } from './observed.ts';
import { TopologyRenders } from './topology-renders.ts';

/** What the gatherers of changes read from. */
export type ChangeContext = Pick<
  GatherContext,
  | 'catalog'
  | 'referrers'
  | 'visibility'
  | 'topologies'
  | 'samples'
  | 'namespace'
  | 'namespaceState'
  | 'hub'
  | 'reservingSince'
  | 'isOffline'
  | 'renderLimits'
  | 'renderTimeout'
  | 'signal'
>;

/** The same, with what was already read and rendered for one request. */
export interface ChangeSources extends ChangeContext {
  renders: TopologyRenders;
  environments: EnvironmentRevisions;
  states: SpokeStates;
}

/** Creates the sources for one request. */
export function createChangeSources(context: ChangeContext): ChangeSources {
  const renders = new TopologyRenders(context);
  const environments = new EnvironmentRevisions(context.catalog);
  return { ...context, renders, environments, states: new SpokeStates(environments, renders) };
}
