import fc from 'fast-check';
import type { EffectiveLifecycle } from '../../src/api/workload-deployment.ts';
import type { Facts } from '../../src/domain/facts.ts';
import type { Footprint, Neighbour, PlacementChange, Transition } from '../../src/domain/footprint.ts';
import type { Rule } from '../../src/domain/rule.ts';
import { anyJson } from './any-json.ts';
import { factsOf } from './facts.ts';
import { deployment, environment } from './manifests.ts';

/** What deployments do with their namespace on the spokes. */
export const lifecycles = {
  /** Makes it, and takes it along. */
  owner: { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } },
  /** Makes it, and leaves it behind. */
  keeper: { spokeNamespace: { create: true, orphan: true }, workload: { orphan: false } },
  /** Finds it. */
  guest: { spokeNamespace: { create: false, orphan: false }, workload: { orphan: false } },
} as const satisfies Record<string, EffectiveLifecycle>;

export type Role = keyof typeof lifecycles;

/** Workload `web` in namespace `shop` on the spokes, on clusters that are unknown unless they are given. */
export function footprint(
  role: Role | 'unknown',
  clusters?: readonly string[],
  { namespace = 'shop', workload = 'web' }: { namespace?: string; workload?: string } = {},
): Footprint {
  return {
    namespace,
    workload,
    ...(role === 'unknown' ? {} : { lifecycle: lifecycles[role] }),
    ...(clusters === undefined ? {} : { clusters }),
  };
}

/** Deployment `other/cart`, which the requester may see. */
export function neighbour(its: Footprint, options: Partial<Omit<Neighbour, 'footprint'>> = {}): Neighbour {
  return { namespace: 'other', name: 'cart', visible: true, ...options, footprint: its };
}

/** What is done to deployment `team/web`: nothing, unless said otherwise. */
export function transition(change: Partial<Transition>): Transition {
  return {
    deployment: { namespace: 'team', name: 'web', visible: true },
    pending: [],
    placement: { kind: 'same' },
    replaced: false,
    neighbours: [],
    ...change,
  };
}

/** A request about a deployment that does this to it. */
export function deploymentRequest(...transitions: Transition[]): Facts {
  const object = deployment('team', { environmentRef: 'primary@v2' });
  return factsOf({ object, oldObject: deployment('team', { environmentRef: 'primary@v1' }) }, { transitions });
}

/** An edit of an Environment that does this to the deployments that follow it. */
export function environmentRequest(...transitions: Transition[]): Facts {
  const object = environment('team', { lifecycle: { spokeNamespace: { create: false } } });
  return factsOf({ object, oldObject: environment('team') }, { transitions });
}

/** A request that deletes a deployment. */
export function deletionRequest(...transitions: Transition[]): Facts {
  return factsOf({ oldObject: deployment('team') }, { transitions });
}

/** What a rule has to say, in one text. */
export function wordsOf(rule: Rule, facts: Facts): string {
  return rule
    .find(facts)
    .map(({ message }) => message)
    .join('\n');
}

const anyClusters = fc.option(
  fc.uniqueArray(fc.constantFrom('spoke1', 'spoke2', 'spoke3'), { maxLength: 3 }).map((names) => names.toSorted()),
  { nil: undefined },
);

/** Any footprint, in one of two namespaces so that many meet. */
export const anyFootprint: fc.Arbitrary<Footprint> = fc
  .record({
    role: fc.constantFrom<Role | 'unknown'>('owner', 'keeper', 'guest', 'unknown'),
    clusters: anyClusters,
    namespace: fc.constantFrom('shop', 'store'),
    workload: fc.constantFrom('web', 'cart'),
    workloadOrphan: fc.boolean(),
  })
  .map(({ role, clusters, workloadOrphan, ...names }) => {
    const { lifecycle, ...rest } = footprint(role, clusters, names);
    return { ...rest, ...(lifecycle && { lifecycle: { ...lifecycle, workload: { orphan: workloadOrphan } } }) };
  });

const anyNeighbour: fc.Arbitrary<Neighbour> = fc.record(
  {
    namespace: fc.constantFrom('team', 'other'),
    name: fc.constantFrom('cart', 'till'),
    visible: fc.boolean(),
    footprint: anyFootprint,
    before: anyFootprint,
  },
  { requiredKeys: ['namespace', 'name', 'visible', 'footprint'] },
);

const anyPlacementChange: fc.Arbitrary<PlacementChange> = fc.oneof(
  fc.constantFrom<PlacementChange>({ kind: 'same' }, { kind: 'grows' }, { kind: 'changes' }),
  fc.nat(3).map((to): PlacementChange => ({ kind: 'shrinks', to })),
);

/** Anything that can be done to a deployment. */
export const anyTransition: fc.Arbitrary<Transition> = fc
  .record({
    visible: fc.boolean(),
    before: fc.option(anyFootprint, { nil: undefined }),
    asked: fc.option(anyFootprint, { nil: undefined }),
    after: fc.option(anyFootprint, { nil: undefined }),
    pending: fc.subarray(['spoke1', 'spoke2', 'spoke3']),
    placement: anyPlacementChange,
    selected: anyClusters,
    replaced: fc.boolean(),
    neighbours: fc.array(anyNeighbour, { maxLength: 3 }),
  })
  .map(({ visible, before, asked, after, selected, ...rest }) => ({
    ...rest,
    deployment: { namespace: 'team', name: 'web', visible },
    ...(before && { before }),
    ...(asked?.lifecycle && { asked: asked.lifecycle }),
    ...(after && { after }),
    ...(selected && { selected }),
  }));

/**
 * An edit that changes nothing on the spokes: what is asked for is what was asked for, whatever of that is applied yet, and
 * whoever is beside it.
 */
export const anyStandstill: fc.Arbitrary<Transition> = fc
  .tuple(anyTransition, anyFootprint, anyFootprint)
  .map(([any, wanted, applied]) => {
    const { lifecycle: _, ...same } = wanted;
    const asked = wanted.lifecycle;
    return {
      deployment: any.deployment,
      pending: any.pending,
      before: { ...same, ...(applied.lifecycle && { lifecycle: applied.lifecycle }) },
      ...(asked && { asked }),
      after: wanted,
      placement: { kind: 'same' },
      replaced: false,
      neighbours: any.neighbours.map(({ before: __, ...rest }) => rest),
      ...(any.selected && { selected: any.selected }),
    };
  });

/** A topology that rendered anything. */
export const anyShape = fc.record({
  works: fc.array(fc.record({ spec: anyJson }), { maxLength: 2 }),
  placements: fc.array(fc.record({ spec: anyJson }), { maxLength: 2 }),
});
