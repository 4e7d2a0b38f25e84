import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import {
  conditionsSchema,
  integer,
  list,
  longInteger,
  namePattern,
  namespacePattern,
  object,
  stringMap,
  string,
} from './schema.ts';

const addedMetadata = (of: string) =>
  object(
    {
      labels: Type.Optional(stringMap(`Labels of the ${of}.`)),
      annotations: Type.Optional(stringMap(`Annotations of the ${of}.`)),
    },
    `Labels and annotations of the ${of} on the spokes.`,
  );

/** The constraints on the name of a namespace. */
const namespaceName = { minLength: 1, maxLength: 63, pattern: namespacePattern };

const reference = (kind: string, example: string) =>
  object(
    {
      name: string(`The name of the ${kind}, alone or with a revision or version, such as ${example}.`, {
        minLength: 1,
        maxLength: 300,
      }),
      namespace: Type.Optional(
        string(`The namespace of the ${kind}. It defaults to the namespace of the WorkloadDeployment.`, namespaceName),
      ),
    },
    `A reference to the ${kind} to use.`,
  );

export const workloadDeploymentSpec = object(
  {
    workload: object(
      {
        name: string('The name of the Workload on the spokes.', {
          minLength: 1,
          maxLength: 253,
          pattern: namePattern,
        }),
        namespace: Type.Optional(
          string(
            'The namespace of the Workload on the spokes. It defaults to the namespace of the WorkloadDeployment.',
            namespaceName,
          ),
        ),
        metadata: Type.Optional(addedMetadata('Workload')),
        namespaceMetadata: Type.Optional(addedMetadata('Namespace')),
      },
      'The Workload to create on the spokes.',
    ),
    workloadProfileRef: reference('WorkloadProfile', '`web`, `web@v3` or `web@v1.3.6`'),
    environmentRef: reference('Environment', '`primary`, `primary@v3`, `primary@v1.3` or `primary@v1.3.6`'),
  },
  'The WorkloadProfile to run and the Environment to run it in.',
);

const resolved = (kind: string) =>
  object(
    {
      namespace: string(`The namespace of the ${kind}.`, { maxLength: 63 }),
      name: string(`The name of the ${kind}.`),
      revision: integer('The revision that is used.', 1),
      version: Type.Optional(string('The published version of this revision.', { maxLength: 63 })),
    },
    `The ${kind} that is used.`,
  );

const orphan = Type.Boolean({
  description: 'Whether the object stays on the spoke when the WorkloadDeployment is deleted.',
});

const replicaSet = object(
  {
    namespace: string('The namespace of the ManifestWorkReplicaSet.', { maxLength: 63 }),
    name: string('The name of the ManifestWorkReplicaSet.'),
    total: Type.Optional(integer('The number of ManifestWorks.')),
    applied: Type.Optional(integer('The number of applied ManifestWorks.')),
    available: Type.Optional(integer('The number of available ManifestWorks.')),
    degraded: Type.Optional(integer('The number of degraded ManifestWorks.')),
    progressing: Type.Optional(integer('The number of progressing ManifestWorks.')),
  },
  'The summary that OCM reports for one ManifestWorkReplicaSet.',
);

const otherObject = object(
  {
    apiVersion: string('The API version of the object.', { maxLength: 320 }),
    kind: string('The kind of the object.', { maxLength: 63 }),
    namespace: string('The namespace of the object.', { maxLength: 63 }),
    name: string('The name of the object.'),
  },
  'An object on the hub of a kind that `--topology-kind` allows.',
);

const clusters = (description: string, maxItems = 5000) =>
  list(string('The name of a cluster.'), description, { maxItems });

export const workloadDeploymentStatus = object(
  {
    conditions: Type.Optional(conditionsSchema),
    observedGeneration: Type.Optional(longInteger('The generation of the object that this status is about.')),
    environment: Type.Optional(resolved('Environment')),
    workloadProfile: Type.Optional(resolved('WorkloadProfile')),
    workload: Type.Optional(
      object(
        {
          namespace: string('The namespace on the spokes.', { maxLength: 63 }),
          name: string('The name on the spokes.'),
        },
        'The Workload that is applied. It differs from the spec as long as a rule blocks the change or a reference cannot be resolved.',
      ),
    ),
    selectedClusters: Type.Optional(clusters('The clusters that have the Workload, sorted.')),
    pendingClusters: Type.Optional(clusters('The clusters where the newest content is not applied yet, sorted.')),
    leavingClusters: Type.Optional(
      clusters(
        'The clusters whose ManifestWork is being deleted, sorted. The Workload and what else the ManifestWork owns are there until the work agent has deleted them. If there are more than 100, the first 100 are listed. The field is absent if there are none.',
        100,
      ),
    ),
    orphanPendingClusters: Type.Optional(
      clusters(
        'The clusters whose work agent has not confirmed that the namespace is orphaned, sorted. Deleting the ManifestWork there still deletes the namespace. The field is absent if the namespace is not orphaned.',
      ),
    ),
    effectiveLifecycle: Type.Optional(
      object(
        {
          spokeNamespace: object(
            { create: Type.Boolean({ description: 'Whether the ManifestWorks contain the Namespace.' }), orphan },
            'The lifecycle of the Namespace.',
          ),
          workload: object({ orphan }, 'The lifecycle of the Workload.'),
        },
        'The effect of the applied ManifestWorks on the spokes, read from the rendered objects.',
      ),
    ),
    unplacedSince: Type.Optional(
      string(
        'Since when no ManifestWork exists for it. After some minutes it reserves no namespace and no Workload against deployments of other hub namespaces. The field is absent while there is a ManifestWork.',
        { maxLength: 32 },
      ),
    ),
    worksMissingSince: Type.Optional(
      string(
        'Since when ManifestWorks that existed are missing on the hub, although OCM has not deleted them. Work agents delete what is missing after their grace period. The field is absent while none is missing.',
        { maxLength: 32 },
      ),
    ),
    worksMissingOn: Type.Optional(clusters('The clusters whose ManifestWorks are missing, sorted.')),
    acknowledged: Type.Optional(
      string('The consumed acknowledgement. The same value has no further effect.', { maxLength: 1024 }),
    ),
    replicaSets: Type.Optional(list(replicaSet, 'The ManifestWorkReplicaSets of this deployment.')),
    otherObjects: Type.Optional(
      list(
        otherObject,
        'The objects of this deployment on the hub that are neither Placements nor ManifestWorkReplicaSets, sorted. The field is absent if there are none.',
        { maxItems: 256 },
      ),
    ),
  },
  'The observed state.',
);

/** A request of an application team to run a WorkloadProfile in an Environment. */
export interface WorkloadDeployment extends KubeObject {
  spec: WorkloadDeploymentSpec;
  status?: WorkloadDeploymentStatus;
}
export type WorkloadDeploymentSpec = Static<typeof workloadDeploymentSpec>;
export type WorkloadDeploymentStatus = Static<typeof workloadDeploymentStatus>;
export type ResolvedReference = NonNullable<WorkloadDeploymentStatus['environment']>;
export type OtherObject = NonNullable<WorkloadDeploymentStatus['otherObjects']>[number];
export type EffectiveLifecycle = NonNullable<WorkloadDeploymentStatus['effectiveLifecycle']>;
