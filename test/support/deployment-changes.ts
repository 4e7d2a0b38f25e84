import fc from 'fast-check';
import type { EffectiveLifecycle } from '../../src/api/workload-deployment.ts';
import type { Facts } from '../../src/domain/admission/facts.ts';
import type { Peer, PlacementChange, DeploymentChange } from '../../src/domain/spoke/change.ts';
import type { Rule } from '../../src/domain/admission/rule.ts';
import { anyJson } from './any-json.ts';
import { factsOf } from './facts.ts';
import { deployment, environment } from './manifests.ts';
import type { Ownership, SpokeState } from '../../src/domain/spoke/spoke-state.ts';

/** A lifecycle of each ownership. */
export const lifecycles = {
  owner: { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } },
  keeper: { spokeNamespace: { create: true, orphan: true }, workload: { orphan: false } },
  guest: { spokeNamespace: { create: false, orphan: false }, workload: { orphan: false } },
} as const satisfies Record<Ownership, EffectiveLifecycle>;

/** Workload `web` in namespace `shop` on the spokes; its clusters are not known unless they are given. */
export function spokeState(
  ownership: Ownership | 'unknown',
  clusters?: readonly string[],
  { namespace = 'shop', workload = 'web' }: { namespace?: string; workload?: string } = {},
): SpokeState {
  return {
    namespace,
    workloadName: workload,
    ...(ownership === 'unknown' ? {} : { lifecycle: lifecycles[ownership] }),
    ...(clusters === undefined ? {} : { clusters }),
  };
}

/** Deployment `other/cart`, which the requester may see. */
export function peer(its: SpokeState, options: Partial<Omit<Peer, 'state'>> = {}): Peer {
  return { namespace: 'other', name: 'cart', visible: true, ...options, state: its };
}

/** A change of deployment `team/web` that changes nothing by default. */
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

/** An update of a deployment with these changes. */
export function deploymentRequest(...changes: DeploymentChange[]): Facts {
  const object = deployment('team', { environmentRef: 'primary@v2' });
  return factsOf({ object, oldObject: deployment('team', { environmentRef: 'primary@v1' }) }, { changes });
}

/** An edit of an Environment with these changes of deployments. */
export function environmentRequest(...changes: DeploymentChange[]): Facts {
  const object = environment('team', { lifecycle: { spokeNamespace: { create: false } } });
  return factsOf({ object, oldObject: environment('team') }, { changes });
}

/** The deletion of a deployment with these changes. */
export function deletionRequest(...changes: DeploymentChange[]): Facts {
  return factsOf({ oldObject: deployment('team') }, { changes });
}

/** The messages of a rule, one per line. */
export function messagesOf(rule: Rule, facts: Facts): string {
  return rule
    .find(facts)
    .map(({ message }) => message)
    .join('\n');
}

const anyClusters = fc.option(
  fc.uniqueArray(fc.constantFrom('spoke1', 'spoke2', 'spoke3'), { maxLength: 3 }).map((names) => names.toSorted()),
  { nil: undefined },
);

/** Any state, in one of two namespaces, so that many states share one. */
export const anySpokeState: fc.Arbitrary<SpokeState> = fc
  .record({
    ownership: fc.constantFrom<Ownership | 'unknown'>('owner', 'keeper', 'guest', 'unknown'),
    clusters: anyClusters,
    namespace: fc.constantFrom('shop', 'store'),
    workload: fc.constantFrom('web', 'cart'),
    workloadOrphan: fc.boolean(),
  })
  .map(({ ownership, clusters, workloadOrphan, ...names }) => {
    const { lifecycle, ...rest } = spokeState(ownership, clusters, names);
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

/** Any change of a deployment. */
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
 * A change that requests nothing new: the lifecycle that is desired was desired before. It may not be applied yet, and there
 * may be any peers.
 */
export const anyUnchangedRequest: fc.Arbitrary<DeploymentChange> = fc
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

/** What a topology may have rendered. */
export const anyShape = fc.record({
  replicaSets: fc.array(fc.record({ spec: anyJson }), { maxLength: 2 }),
  placements: fc.array(fc.record({ spec: anyJson }), { maxLength: 2 }),
});
