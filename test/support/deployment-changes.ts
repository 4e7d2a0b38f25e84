import fc from 'fast-check';
import type { EffectiveLifecycle } from '../../src/api/workload-deployment.ts';
import type { Facts } from '../../src/domain/admission/facts.ts';
import type { Peer, PlacementChange, DeploymentChange } from '../../src/domain/spoke/change.ts';
import type { Rule } from '../../src/domain/admission/rule.ts';
import { anyJson } from './any-json.ts';
import { factsOf } from './facts.ts';
import { deployment, environment } from './manifests.ts';
import type { SpokeState } from '../../src/domain/spoke/spoke-state.ts';

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
export function spokeState(
  role: Role | 'unknown',
  clusters?: readonly string[],
  { namespace = 'shop', workload = 'web' }: { namespace?: string; workload?: string } = {},
): SpokeState {
  return {
    namespace,
    workloadName: workload,
    ...(role === 'unknown' ? {} : { lifecycle: lifecycles[role] }),
    ...(clusters === undefined ? {} : { clusters }),
  };
}

/** Deployment `other/cart`, which the requester may see. */
export function peer(its: SpokeState, options: Partial<Omit<Peer, 'state'>> = {}): Peer {
  return { namespace: 'other', name: 'cart', visible: true, ...options, state: its };
}

/** What is done to deployment `team/web`: nothing, unless said otherwise. */
export function deploymentChange(change: Partial<DeploymentChange>): DeploymentChange {
  return {
    deployment: { namespace: 'team', name: 'web', visible: true },
    orphanUnconfirmedOn: [],
    placement: { kind: 'same' },
    replacesReplicaSets: false,
    peers: [],
    ...change,
  };
}

/** A request about a deployment that does this to it. */
export function deploymentRequest(...changes: DeploymentChange[]): Facts {
  const object = deployment('team', { environmentRef: 'primary@v2' });
  return factsOf({ object, oldObject: deployment('team', { environmentRef: 'primary@v1' }) }, { changes: changes });
}

/** An edit of an Environment that does this to the deployments that follow it. */
export function environmentRequest(...changes: DeploymentChange[]): Facts {
  const object = environment('team', { lifecycle: { spokeNamespace: { create: false } } });
  return factsOf({ object, oldObject: environment('team') }, { changes: changes });
}

/** A request that deletes a deployment. */
export function deletionRequest(...changes: DeploymentChange[]): Facts {
  return factsOf({ oldObject: deployment('team') }, { changes: changes });
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
export const anySpokeState: fc.Arbitrary<SpokeState> = fc
  .record({
    role: fc.constantFrom<Role | 'unknown'>('owner', 'keeper', 'guest', 'unknown'),
    clusters: anyClusters,
    namespace: fc.constantFrom('shop', 'store'),
    workload: fc.constantFrom('web', 'cart'),
    workloadOrphan: fc.boolean(),
  })
  .map(({ role, clusters, workloadOrphan, ...names }) => {
    const { lifecycle, ...rest } = spokeState(role, clusters, names);
    return { ...rest, ...(lifecycle && { lifecycle: { ...lifecycle, workload: { orphan: workloadOrphan } } }) };
  });

const anyPeer: fc.Arbitrary<Peer> = fc.record(
  {
    namespace: fc.constantFrom('team', 'other'),
    name: fc.constantFrom('cart', 'till'),
    visible: fc.boolean(),
    state: anySpokeState,
    observed: anySpokeState,
  },
  { requiredKeys: ['namespace', 'name', 'visible', 'state'] },
);

const anyPlacementChange: fc.Arbitrary<PlacementChange> = fc.oneof(
  fc.constantFrom<PlacementChange>({ kind: 'same' }, { kind: 'grows' }, { kind: 'changes' }),
  fc.nat(3).map((to): PlacementChange => ({ kind: 'shrinks', to })),
);

/** Anything that can be done to a deployment. */
export const anyDeploymentChange: fc.Arbitrary<DeploymentChange> = fc
  .record({
    visible: fc.boolean(),
    observed: fc.option(anySpokeState, { nil: undefined }),
    previouslyDesired: fc.option(anySpokeState, { nil: undefined }),
    desired: fc.option(anySpokeState, { nil: undefined }),
    orphanUnconfirmedOn: fc.subarray(['spoke1', 'spoke2', 'spoke3']),
    placement: anyPlacementChange,
    selected: anyClusters,
    replacesReplicaSets: fc.boolean(),
    peers: fc.array(anyPeer, { maxLength: 3 }),
  })
  .map(({ visible, observed, previouslyDesired, desired, selected, ...rest }) => ({
    ...rest,
    deployment: { namespace: 'team', name: 'web', visible },
    ...(observed && { observed }),
    ...(previouslyDesired?.lifecycle && { previouslyDesired: previouslyDesired.lifecycle }),
    ...(desired && { desired }),
    ...(selected && { selected }),
  }));

/**
 * An edit that changes nothing on the spokes: what is asked for is what was asked for, whatever of that is applied yet, and
 * whoever is beside it.
 */
export const anyStandstill: fc.Arbitrary<DeploymentChange> = fc
  .tuple(anyDeploymentChange, anySpokeState, anySpokeState)
  .map(([any, wanted, applied]) => {
    const { lifecycle: _, ...same } = wanted;
    const previouslyDesired = wanted.lifecycle;
    return {
      deployment: any.deployment,
      orphanUnconfirmedOn: any.orphanUnconfirmedOn,
      observed: { ...same, ...(applied.lifecycle && { lifecycle: applied.lifecycle }) },
      ...(previouslyDesired && { previouslyDesired }),
      desired: wanted,
      placement: { kind: 'same' },
      replacesReplicaSets: false,
      peers: any.peers.map(({ observed: __, ...rest }) => rest),
      ...(any.selected && { selected: any.selected }),
    };
  });

/** A topology that rendered anything. */
export const anyShape = fc.record({
  replicaSets: fc.array(fc.record({ spec: anyJson }), { maxLength: 2 }),
  placements: fc.array(fc.record({ spec: anyJson }), { maxLength: 2 }),
});
