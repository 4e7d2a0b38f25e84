import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { revisionStatusFields } from './revisioned.ts';
import { freeForm, integer, list, longInteger, object, oneOf, string, versionSchema } from './schema.ts';

const topology = object(
  {
    type: string(
      'The topology: `topology-ocm`, `topology-ocm-byop`, or the name of a PolicyDefinition in the system namespace; `name@v1` pins its revision.',
      { minLength: 1, maxLength: 130 },
    ),
    properties: Type.Optional(freeForm('The settings of the topology, checked against its own CUE `parameter`.')),
  },
  'Which clusters workloads go to, and how.',
);

const policy = object(
  {
    name: string('The name of the policy, unique within the Environment.', { minLength: 1, maxLength: 63 }),
    type: string('The kind of policy; the only one known is `override`.', { minLength: 1, maxLength: 63 }),
    properties: Type.Optional(freeForm('The settings of the policy.')),
  },
  'Something that changes what a WorkloadProfile runs in this Environment.',
);

export const environmentSpec = object(
  {
    version: Type.Optional(versionSchema),
    topology,
    policies: Type.Optional(list(policy, 'What is overridden in this Environment, applied in order.')),
  },
  'Where workloads go, and what is different there.',
);

const placementResult = object(
  {
    namespace: string('The namespace of the Placement.', { maxLength: 63 }),
    name: string('The name of the Placement.'),
    selected: integer('How many distinct clusters it selects.'),
    required: integer('How many it must select.'),
    satisfied: Type.Boolean({ description: 'Whether it selects as many as it must.' }),
    reason: string('One word for why, from OCM where OCM gives one.', { maxLength: 128 }),
    message: Type.Optional(string('Why, for people.', { maxLength: 4096 })),
  },
  'What was found for one Placement.',
);

const placementRef = object(
  {
    namespace: string('The namespace of the Placement.', { maxLength: 63 }),
    name: string('The name of the Placement.'),
  },
  'A Placement that the topology refers to and mooring does not own.',
);

export const environmentStatus = object(
  {
    status: Type.Optional(oneOf(['Ready', 'NotReady'], 'Whether every placement selects as many clusters as it must.')),
    totalSelectedClusters: Type.Optional(integer('How many clusters are selected.')),
    selectedClusters: Type.Optional(
      list(string('The name of a cluster.'), 'The selected clusters, sorted.', { maxItems: 5000 }),
    ),
    requiredClusters: Type.Optional(integer('The largest number of clusters that a placement must select.')),
    placements: Type.Optional(
      list(placementResult, 'What was found for each Placement, failed ones first.', { maxItems: 50 }),
    ),
    observedGeneration: Type.Optional(longInteger('The generation that this status was found for.')),
    placementRefs: Type.Optional(
      list(placementRef, 'Placements that the topology refers to and mooring does not own.', { maxItems: 64 }),
    ),
    ...revisionStatusFields,
  },
  'What was found; the aggregator and the controller each write their own fields.',
);

/** Where workloads may go; WorkloadDeployments refer to it by name and version. */
export interface Environment extends KubeObject {
  spec: Static<typeof environmentSpec>;
  status?: EnvironmentStatus;
}
export type EnvironmentSpec = Static<typeof environmentSpec>;
export type EnvironmentStatus = Static<typeof environmentStatus>;
export type PlacementResult = Static<typeof placementResult>;
