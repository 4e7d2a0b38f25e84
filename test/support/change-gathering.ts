import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { DeploymentChange } from '../../src/domain/spoke/change.ts';
import type { SpokeState } from '../../src/domain/spoke/spoke-state.ts';
import { changesOfAffectedDeployments } from '../../src/webhook/gather/changes/of-affected-deployments.ts';
import { changesOfDeployment } from '../../src/webhook/gather/changes/of-deployment.ts';
import {
  createChangeSources,
  type ChangeContext,
  type ChangeSources,
} from '../../src/webhook/gather/changes/sources.ts';
import { createNameVisibility } from '../../src/webhook/gather/name-visibility.ts';
import { filesOf } from './catalog.ts';
import { factsOf } from './facts.ts';
import { hubReader } from './webhook-sources.ts';
import { lifecycleTopologies } from './lifecycle-topology.ts';

const { signal } = new AbortController();

/** The sources of changes for objects from files, all of which the requester may see. */
export function changeSourcesOf(objects: readonly KubeObject[], over: Partial<ChangeContext> = {}): ChangeSources {
  return createChangeSources(changeContextOf(objects, over));
}

/** What these sources read from. */
export function changeContextOf(objects: readonly KubeObject[], over: Partial<ChangeContext> = {}): ChangeContext {
  return {
    ...filesOf(objects),
    visibility: createNameVisibility(() => Promise.resolve(true)),
    topologies: lifecycleTopologies().topologies,
    namespaceState: () => Promise.resolve({ labels: {}, terminating: false }),
    hub: hubReader(),
    isOffline: true,
    reservingSince: () => '',
    namespace: 'team',
    signal,
    renderTimeout: () => undefined,
    ...over,
  };
}

interface Request {
  object?: KubeObject;
  oldObject?: KubeObject;
}

/** The single change of a request about a deployment. */
export async function deploymentChangeOf(objects: readonly KubeObject[], request: Request): Promise<DeploymentChange> {
  const changes = await changesOfDeployment(factsOf(request).request, changeSourcesOf(objects));
  assert.equal(changes.length, 1);
  return changes[0] ?? assert.fail();
}

/** The changes of the deployments that a request about an Environment affects. */
export function affectedChangesOf(
  objects: readonly KubeObject[],
  request: Request,
  over?: Partial<ChangeContext>,
): Promise<DeploymentChange[]> {
  return changesOfAffectedDeployments(factsOf(request).request, changeSourcesOf(objects, over));
}

/** `namespace/name` of each object, sorted. */
export function keysOf(objects: readonly { namespace: string; name: string }[]): string[] {
  return objects.map(({ namespace, name }) => `${namespace}/${name}`).toSorted();
}

/** Workload `shop/web` with this lifecycle on these clusters, if they are known. */
export function stateWith(lifecycle: SpokeState['lifecycle'], clusters?: string[]): SpokeState {
  return {
    namespace: 'shop',
    workloadName: 'web',
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(clusters === undefined ? {} : { clusters }),
  };
}
