import { definitionRevisions, environments, workloadDeployments, workloadProfiles } from '../../src/api/kinds.ts';
import type { JsonObject, KubeObject, ObjectMeta, Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, manifestWorks, placements, type ManifestWorkReplicaSet } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { deploymentOf } from '../../src/domain/render/render-identity.ts';
import { revisionOf } from '../../src/domain/revisions/record.ts';
import { createAppliedReplicaSets } from '../../src/controller/deployments/applied-replica-sets.ts';
import { createDeploymentReconcile } from '../../src/controller/deployments/reconcile.ts';
import { WrittenNamespaces } from '../../src/controller/written-namespaces.ts';
import {
  environmentRevisionAnnotation,
  finalizer,
  workloadProfileRevisionAnnotation,
} from '../../src/domain/annotations.ts';
import { contentHash, readStamp } from '../../src/domain/revisions/revision.ts';
import type { Severities } from '../../src/domain/admission/rule.ts';
import type { RenderTools } from '../../src/domain/render/workload-render.ts';
import type { Requeue } from '../../src/kube/queue/loop.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import { controllerScene, type ControllerScene } from './controller-scene.ts';
import { editedEnvironment, nextEdit } from './environment-edits.ts';
import { stampedAs } from './facts.ts';
import { hubNamespace } from './hub-namespaces.ts';
import { lifecycleTopologies } from './lifecycle-topology.ts';
import { profile } from './manifests.ts';
import { placedDeployment, type PlacedDeployment } from './placed-deployment.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';

const reported = (status: 'True' | 'False') => [{ type: 'Applied', status, reason: 'Reason', observedGeneration: 1 }];
/** The status of a ManifestWork of which only the Namespace could be applied. */
const failed = {
  conditions: reported('False'),
  resourceStatus: {
    manifests: [
      { resourceMeta: { kind: 'Namespace', name: 'shop' }, conditions: reported('True') },
      { resourceMeta: { kind: 'Workload', name: 'web' }, conditions: reported('False') },
    ],
  },
};
const label = 'work.open-cluster-management.io/manifestworkreplicaset';

/** A deployment in namespace `team` with the finalizer of the controller and the stamps of admission. */
export function finalizedDeployment(options: PlacedDeployment & { second?: number } = {}): WorkloadDeployment {
  const { second = 0, metadata, ...rest } = options;
  const made: Partial<ObjectMeta> = {
    creationTimestamp: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`,
    finalizers: [finalizer],
    ...metadata,
    annotations: {
      [environmentRevisionAnnotation]: `team/${(options.environmentRef ?? 'primary').replace(/@.*/, '')}@v1`,
      [workloadProfileRevisionAnnotation]: 'team/web@v1',
      ...metadata?.annotations,
    },
  };
  return placedDeployment({ ...rest, metadata: made });
}

interface OcmOptions {
  /** Only for the ManifestWorkReplicaSets of this deployment. */
  of?: string;
  /** Only for the ManifestWorkReplicaSets that refer to this Placement. */
  at?: string;
  /** Clusters whose agent has not applied the newest content. */
  pending?: string[];
  /** Clusters where the Namespace is applied and the Workload is not. */
  failing?: string[];
}

export interface DeploymentsScene extends ControllerScene {
  tools: RenderTools;
  /** Keys that were requeued because they may get their locks now. */
  requeued: string[];
  /** Reconciles deployment `team/<name>` once, after the caches have seen all writes before. */
  reconcile(name?: string): Promise<void | Requeue>;
  /** Replaces the controller by a new process, which knows only what is on the hub. */
  restart(): void;
  /** Does what OCM does: creates ManifestWorks on clusters, and reports them as applied. */
  ocm(clusters?: string[], options?: OcmOptions): Promise<void>;
  /** Edits the spec of an Environment, and records the revision that this makes. */
  edit(
    spec: JsonObject,
    options?: { name?: string; annotations?: Record<string, string>; recordedAt?: string },
  ): Promise<void>;
  stored(name?: string): Promise<WorkloadDeployment>;
  /** The reason of its condition `Applied`. */
  reason(name?: string): Promise<string | undefined>;
  /** All that are on the hub. */
  replicaSets(): Promise<ManifestWorkReplicaSet[]>;
  /** Writes of Placements and ManifestWorkReplicaSets since the last call, as `verb kind`. */
  hubWrites(): string[];
}

/** A hub with Environments, by name and with their spec, and with deployments; all objects are in namespace `team`. */
export async function deploymentsScene(
  specs: Record<string, JsonObject>,
  deployments: readonly WorkloadDeployment[],
  options: {
    severities?: Severities;
    selected?: string[];
    now?: number;
    topologies?: RenderTools['topologies'];
    /** The kinds of `--topology-kind`. */
    otherKinds?: readonly Resource[];
    /** Objects that exist on the hub. */
    present?: [Resource, KubeObject][];
  } = {},
): Promise<DeploymentsScene> {
  const { severities = {}, selected = ['a', 'b'], now = Date.parse('2026-01-01T00:01:00Z') } = options;
  const objects = Object.entries(specs).flatMap(([name, spec]): [Resource, KubeObject][] => {
    const { live, revisions } = editedEnvironment([spec], { name, selected });
    return [
      [environments, live],
      ...revisions.map((revision): [Resource, KubeObject] => [definitionRevisions, revision]),
    ];
  });
  const scene = await controllerScene(
    [
      ...objects,
      [namespaces, hubNamespace('team', 'shop,store,data,stage-*')],
      [workloadProfiles, stampedAs(profile('team'), 1)],
      ...deployments.map((deployment): [Resource, KubeObject] => [workloadDeployments, deployment]),
      ...(options.present ?? []),
    ],
    options.otherKinds,
  );
  const { client } = scene;
  const tools: RenderTools = { ...scene.tools, topologies: options.topologies ?? lifecycleTopologies().topologies };
  const requeued: string[] = [];
  const startController = () =>
    createDeploymentReconcile({
      ...scene.shared,
      log: scene.log,
      writtenNamespaces: new WrittenNamespaces(),
      tools,
      severities,
      now: () => now,
      reservationMs: 300_000,
      appliedReplicaSets: createAppliedReplicaSets(scene.caches),
      requeue: (woken) => void requeued.push(woken),
    });
  let reconcileKey = startController();
  const replicaSets = async () => (await client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets)).items;
  const stored = (name = 'web') => client.get<WorkloadDeployment>(workloadDeployments, { namespace: 'team', name });

  async function createManifestWorks(
    set: ManifestWorkReplicaSet,
    clusters: readonly string[],
    { pending = [], failing = [] }: OcmOptions,
  ) {
    const { namespace = '', name } = set.metadata;
    const { workload, deleteOption } = set.spec.manifestWorkTemplate;
    const spec = deleteOption === undefined ? { workload } : { workload, deleteOption };
    for (const cluster of clusters) {
      // A pending agent has applied the previous generation.
      const observedGeneration = pending.includes(cluster) ? 0 : 1;
      const conditions = [{ type: 'Applied', status: 'True', reason: 'Applied', observedGeneration }];
      await client.create(manifestWorks, {
        apiVersion: 'work.open-cluster-management.io/v1',
        kind: 'ManifestWork',
        metadata: { namespace: cluster, name, labels: { [label]: `${namespace}.${name}` } },
        spec,
        status: failing.includes(cluster) ? failed : { conditions },
      });
    }
    const conditions = [{ type: 'ManifestworkApplied', status: 'True', reason: 'AsExpected' }];
    const subresource = { subresource: 'status' };
    await client.patch(manifestWorkReplicaSets, { namespace, name }, { status: { conditions } }, subresource);
    for (const ref of set.spec.placementRefs) {
      const status = { numberOfSelectedClusters: clusters.length };
      const present = (await client.list(placements)).items.some(({ metadata }) => metadata.name === ref.name);
      if (present) await client.patch(placements, { namespace, name: ref.name }, { status }, subresource);
    }
  }

  return {
    ...scene,
    tools,
    requeued,
    replicaSets,
    stored,
    async reconcile(name = 'web') {
      await scene.caughtUp();
      const result = await reconcileKey(`team/${name}`, new AbortController().signal);
      await scene.caughtUp();
      return result;
    },
    restart: () => void (reconcileKey = startController()),
    async ocm(clusters = ['a', 'b'], how = {}) {
      const { of, at } = how;
      const targets = (await replicaSets())
        .filter((set) => of === undefined || deploymentOf(set) === `team/${of}`)
        .filter(({ spec }) => at === undefined || spec.placementRefs.some(({ name }) => name === at));
      const names = new Set(
        (await replicaSets()).map(({ metadata }) => `${metadata.namespace ?? ''}.${metadata.name}`),
      );
      const selectedKeys = new Set(targets.map(({ metadata }) => `${metadata.namespace ?? ''}.${metadata.name}`));
      for (const { metadata } of (await client.list(manifestWorks)).items) {
        const set = metadata.labels?.[label] ?? '';
        const { namespace = '', name } = metadata;
        if (selectedKeys.has(set) || !names.has(set)) await client.delete(manifestWorks, { namespace, name });
      }
      for (const set of targets) await createManifestWorks(set, clusters, how);
    },
    async edit(spec, { name = 'primary', annotations = {}, recordedAt } = {}) {
      const live = await client.get<Definition>(environments, { namespace: 'team', name });
      const revision = (readStamp(live.metadata)?.revision ?? 0) + 1;
      const next = nextEdit(live, spec, revision);
      const metadata = { ...next.metadata, annotations: { ...next.metadata.annotations, ...annotations } };
      await client.replace(environments, { ...next, metadata });
      const hash = contentHash(next, sha256);
      const recorded = revisionOf('Environment', next, { revision, hash });
      const made = recordedAt === undefined ? {} : { creationTimestamp: recordedAt };
      await client.create(definitionRevisions, { ...recorded, metadata: { ...recorded.metadata, ...made } });
    },
    async reason(name) {
      const { status } = await stored(name);
      return status?.conditions?.find(({ type }) => type === 'Applied')?.reason;
    },
    hubWrites: () =>
      client.writes
        .splice(0)
        .filter(({ resource }) => ['placements', 'manifestworkreplicasets'].includes(resource))
        .map(({ verb, resource }) => `${verb} ${resource}`),
  };
}
