import * as h1 from './h1.ts';
import * as h2 from './h2.ts';
import * as h3 from './h3.ts';
import * as h4 from './h4.ts';
import * as h5 from './h5.ts';
import * as h6 from './h6.ts';
import * as h8 from './h8.ts';
import type { HazardRun } from './hazard-run.ts';

/** A hazard of docs/hazards.md as a sequence of kubectl commands. H7 has none, because mooring cannot detect it. */
export interface Hazard {
  /** Also the name of the namespace that the demo runs it in. */
  name: string;
  title: string;
  /** Throws if the clusters behave differently from what the transcript says. */
  run(this: void, run: HazardRun): Promise<void>;
}

const titles = {
  h1: 'H1 spokeNamespace.create changes from true to false while deployments use the Environment',
  h2: 'H2 two deployments share a namespace, and only one has orphan: true',
  h3: 'H3 two deployments share a namespace, and only one creates it',
  h6: 'H6 an orphaning rule never matches',
};

/** Run with `disabledRules` off in the webhook and in the controller. */
export const hazardsWithoutRules: readonly Hazard[] = [
  { name: 'h1-off', title: titles.h1, run: h1.runWithoutRules },
  { name: 'h2-off', title: titles.h2, run: h2.runWithoutRules },
  { name: 'h3-off', title: titles.h3, run: h3.runWithoutRules },
  { name: 'h6-off', title: titles.h6, run: h6.runWithoutRules },
];

/** The rules that would prevent `hazardsWithoutRules`, as values of the flag `--rule`. */
export const disabledRules: readonly string[] = [
  'NamespaceWouldBeDeleted=off',
  'NamespaceLifecycleConflict=off',
  'OrphaningRuleNeverMatches=off',
];

/** Run with the default severities of all rules. */
export const hazardsWithRules: readonly Hazard[] = [
  { name: 'h1', title: titles.h1, run: h1.runWithRules },
  { name: 'h2', title: titles.h2, run: h2.runWithRules },
  { name: 'h3', title: titles.h3, run: h3.runWithRules },
  { name: 'h4', title: 'H4 two deployments own a namespace, and one of them is deleted', run: h4.runWithRules },
  { name: 'h5', title: 'H5 a Placement selects fewer clusters', run: h5.runWithRules },
  { name: 'h6', title: titles.h6, run: h6.runWithRules },
  { name: 'h8-placement', title: 'H8 a placementRef changes', run: h8.changePlacement },
  { name: 'h8-hub-namespace', title: 'H8 the namespace on the hub changes', run: h8.changeHubNamespace },
  { name: 'h8-topology', title: 'H8 the topology changes', run: h8.changeTopology },
];
