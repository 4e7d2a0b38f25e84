import * as h1 from './h1.ts';
import * as h2 from './h2.ts';
import * as h3 from './h3.ts';
import * as h4 from './h4.ts';
import * as h5 from './h5.ts';
import * as h6 from './h6.ts';
import * as h8 from './h8.ts';
import type { Scene } from './scene.ts';

/** One hazard, played to its end. It throws where something is not as it is told. */
export interface Hazard {
  /** Names its namespace. */
  name: string;
  title: string;
  play(scene: Scene): Promise<void>;
}

/** As it is in OCM: with `rulesOff`, in the webhook and in the controller. */
export const unguarded: readonly Hazard[] = [
  { name: 'h1-off', title: 'H1 spokeNamespace.create: true → false on a live Environment', play: h1.unguarded },
  { name: 'h2-off', title: 'H2 two deployments in a namespace that only one of them keeps', play: h2.unguarded },
  { name: 'h3-off', title: 'H3 a deployment in a namespace that another one created', play: h3.unguarded },
  { name: 'h6-off', title: 'H6 an orphaning rule that never matches', play: h6.unguarded },
];

/** `CODE=severity`: what would stand in the way of `unguarded`. */
export const rulesOff: readonly string[] = [
  'NamespaceWouldBeDeleted=off',
  'NamespaceLifecycleConflict=off',
  'OrphaningRuleNeverMatches=off',
];

/** The same, and more, with the rules as they are by default. */
export const guarded: readonly Hazard[] = [
  { name: 'h1', title: 'H1 spokeNamespace.create: true → false on a live Environment', play: h1.guarded },
  { name: 'h2', title: 'H2 two deployments in a namespace that only one of them keeps', play: h2.guarded },
  { name: 'h3', title: 'H3 a deployment in a namespace that another one created', play: h3.guarded },
  { name: 'h4', title: 'H4 two deployments in a namespace that both own; one is deleted', play: h4.guarded },
  { name: 'h5', title: 'H5 a Placement shrinks', play: h5.guarded },
  { name: 'h6', title: 'H6 an orphaning rule that never matches', play: h6.guarded },
  { name: 'h8-placement', title: 'H8 a placementRef is swapped', play: h8.placementSwap },
  { name: 'h8-hub-namespace', title: 'H8 the namespace on the hub changes', play: h8.hubMove },
  { name: 'h8-topology', title: 'H8 the topology changes', play: h8.topologyChange },
];
