import { parseRef, type VersionRef } from './version-ref.ts';

/** The built-in topologies of mooring. */
export const builtinTopologyNames = ['topology-ocm', 'topology-ocm-byop'] as const;
export type BuiltinTopologyName = (typeof builtinTopologyNames)[number];

/** The meaning of `spec.topology.type`: a built-in topology, or a custom one, which is a PolicyDefinition. */
export type TopologyType =
  | { kind: 'builtin'; name: BuiltinTopologyName }
  | { kind: 'custom'; ref: VersionRef }
  | { kind: 'invalid'; problem: string };

/** Parses `spec.topology.type`. */
export function topologyType(text: string): TopologyType {
  const parsed = parseRef(text);
  if (!parsed.ok) return { kind: 'invalid', problem: parsed.problem };
  const builtin = builtinTopologyNames.find((name) => name === parsed.ref.name);
  if (builtin === undefined) return { kind: 'custom', ref: parsed.ref };
  if (parsed.ref.selector.kind === 'newest') return { kind: 'builtin', name: builtin };
  return { kind: 'invalid', problem: `is built in and has no revisions; use ${builtin}` };
}

/** Whether a `spec.topology.type` is a built-in topology, whose template is known to use names only as names. */
export function isBuiltinTopology(type: string): boolean {
  return topologyType(type).kind === 'builtin';
}
