import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { revisionStatusFields } from './revisioned.ts';
import { freeForm, integer, list, longInteger, object, oneOf, string, versionSchema } from './schema.ts';

const topology = object(
  {
    type: string(
      'The topology: `topology-ocm`, `topology-ocm-byop`, or the name of a PolicyDefinition in the system namespace. `name@v1` pins its revision.',
      { minLength: 1, maxLength: 130 },
    ),
    properties: Type.Optional(
      freeForm('The settings of the topology. They are validated against the CUE `parameter` of the topology.'),
    ),
  },
  'The topology determines which clusters workloads are applied to, and how.',
);

const policy = object(
  {
    name: string('The name of the policy, unique within the Environment.', { minLength: 1, maxLength: 63 }),
    type: string('The type of the policy. The only supported type is `override`.', { minLength: 1, maxLength: 63 }),
    properties: Type.Optional(freeForm('The settings of the policy.')),
  },
  'A policy changes the components of WorkloadProfiles that run in this Environment.',
);

export const environmentSpec = object(
  {
    version: Type.Optional(versionSchema),
    topology,
    policies: Type.Optional(
      list(policy, 'Policies that override components in this Environment. They are applied in order.'),
    ),
  },
  'The clusters that workloads are applied to, and the overrides for these clusters.',
);

const placementResult = object(
  {
    namespace: string('The namespace of the Placement.', { maxLength: 63 }),
    name: string('The name of the Placement.'),
    selected: integer('The number of clusters that the Placement selects. Each cluster counts once.'),
    required: integer('The number of clusters that the Placement must select.'),
    satisfied: Type.Boolean({ description: 'Whether the Placement selects as many clusters as it must.' }),
    reason: string('The reason of the result in CamelCase. It is the reason that OCM reports, if there is one.', {
      maxLength: 128,
    }),
    message: Type.Optional(
      string('A human-readable explanation. It is absent if the Placement is satisfied.', { maxLength: 4096 }),
    ),
  },
  'The result for one Placement.',
);

const placementRef = object(
  {
    namespace: string('The namespace of the Placement.', { maxLength: 63 }),
    name: string('The name of the Placement.'),
  },
  'A Placement that the topology refers to but mooring does not own.',
);

export const environmentStatus = object(
  {
    status: Type.Optional(oneOf(['Ready', 'NotReady'], 'Whether every Placement selects as many clusters as it must.')),
    totalSelectedClusters: Type.Optional(integer('The number of selected clusters.')),
    selectedClusters: Type.Optional(
      list(string('The name of a cluster.'), 'The selected clusters, sorted.', { maxItems: 5000 }),
    ),
    requiredClusters: Type.Optional(integer('The largest number of clusters that one of the Placements must select.')),
    placements: Type.Optional(
      list(placementResult, 'The results of the Placements, failed ones first.', { maxItems: 50 }),
    ),
    observedGeneration: Type.Optional(longInteger('The generation of the object that this status is about.')),
    placementRefs: Type.Optional(
      list(placementRef, 'Placements that the topology refers to but mooring does not own.', { maxItems: 64 }),
    ),
    ...revisionStatusFields,
  },
  'The observed state. The aggregator and the controller each write their own fields.',
);

/** The clusters that workloads may be applied to. WorkloadDeployments refer to an Environment by name and version. */
export interface Environment extends KubeObject {
  spec: Static<typeof environmentSpec>;
  status?: EnvironmentStatus;
}
export type EnvironmentSpec = Static<typeof environmentSpec>;
export type EnvironmentStatus = Static<typeof environmentStatus>;
export type PlacementResult = Static<typeof placementResult>;
