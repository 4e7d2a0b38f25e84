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

/** What a namespace must be called. */
const namespaceName = { minLength: 1, maxLength: 63, pattern: namespacePattern };

const reference = (kind: string, example: string) =>
  object(
    {
      name: string(`The ${kind}: its name, alone or with a revision or version, such as ${example}.`, {
        minLength: 1,
        maxLength: 300,
      }),
      namespace: Type.Optional(
        string(`The namespace of the ${kind}; that of the deployment where it is absent.`, namespaceName),
      ),
    },
    `Which ${kind} to use.`,
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
            'The namespace of the Workload on the spokes; that of the deployment where it is absent.',
            namespaceName,
          ),
        ),
        metadata: Type.Optional(addedMetadata('Workload')),
        namespaceMetadata: Type.Optional(addedMetadata('Namespace')),
      },
      'The Workload to make on the spokes.',
    ),
    workloadProfileRef: reference('WorkloadProfile', '`web`, `web@v3` or `web@v1.3.6`'),
    environmentRef: reference('Environment', '`primary`, `primary@v3`, `primary@v1.3` or `primary@v1.3.6`'),
  },
  'What to run, and where.',
);

const resolved = (kind: string) =>
  object(
    {
      namespace: string(`The namespace of the ${kind}.`, { maxLength: 63 }),
      name: string(`The name of the ${kind}.`),
      revision: integer('The revision that is used.', 1),
      version: Type.Optional(string('Its published version.', { maxLength: 63 })),
    },
    `The ${kind} that is used.`,
  );

const orphan = Type.Boolean({ description: 'Whether it stays on the spoke when the deployment goes.' });

const replicaSet = object(
  {
    namespace: string('The namespace of the ManifestWorkReplicaSet.', { maxLength: 63 }),
    name: string('The name of the ManifestWorkReplicaSet.'),
    total: Type.Optional(integer('How many ManifestWorks there are.')),
    applied: Type.Optional(integer('How many of them are applied.')),
    available: Type.Optional(integer('How many of them are available.')),
    degraded: Type.Optional(integer('How many of them are degraded.')),
    progressing: Type.Optional(integer('How many of them are progressing.')),
  },
  "OCM's own summary of one ManifestWorkReplicaSet.",
);

const clusters = (description: string) => list(string('The name of a cluster.'), description, { maxItems: 5000 });

export const workloadDeploymentStatus = object(
  {
    conditions: Type.Optional(conditionsSchema),
    observedGeneration: Type.Optional(longInteger('The generation that this status was found for.')),
    environment: Type.Optional(resolved('Environment')),
    workloadProfile: Type.Optional(resolved('WorkloadProfile')),
    workload: Type.Optional(
      object(
        {
          namespace: string('Its namespace on the spokes.', { maxLength: 63 }),
          name: string('Its name.'),
        },
        'The Workload that is applied: another than the spec asks for, as long as that is held or cannot be resolved.',
      ),
    ),
    selectedClusters: Type.Optional(clusters('Where the workload goes, sorted.')),
    pendingClusters: Type.Optional(clusters('Where the newest work is not applied yet, sorted.')),
    orphanPendingClusters: Type.Optional(
      clusters(
        'Where the namespace may still go with the work though it is to be kept: the agents have not told yet that they heard of it. Only where it is to be kept; sorted.',
      ),
    ),
    effectiveLifecycle: Type.Optional(
      object(
        {
          spokeNamespace: object(
            { create: Type.Boolean({ description: 'Whether the work holds the Namespace.' }), orphan },
            'What happens to the Namespace.',
          ),
          workload: object({ orphan }, 'What happens to the Workload.'),
        },
        'What the applied work really does on the spokes, read from its render.',
      ),
    ),
    acknowledged: Type.Optional(
      string('The acknowledgement that has had its effect; the same text opens no further way.', { maxLength: 1024 }),
    ),
    replicaSets: Type.Optional(list(replicaSet, 'The ManifestWorkReplicaSets of this deployment.')),
  },
  'What came of it.',
);

/** The request of an application team: run this profile in that Environment. */
export interface WorkloadDeployment extends KubeObject {
  spec: WorkloadDeploymentSpec;
  status?: WorkloadDeploymentStatus;
}
export type WorkloadDeploymentSpec = Static<typeof workloadDeploymentSpec>;
export type WorkloadDeploymentStatus = Static<typeof workloadDeploymentStatus>;
export type ResolvedReference = NonNullable<WorkloadDeploymentStatus['environment']>;
export type EffectiveLifecycle = NonNullable<WorkloadDeploymentStatus['effectiveLifecycle']>;
