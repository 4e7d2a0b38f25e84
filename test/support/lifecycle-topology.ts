import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/object.ts';
import type { EffectiveLifecycle } from '../../src/api/workload-deployment.ts';
import type { TopologyContext } from '../../src/api/topology-context.ts';
import type { TopologyEngine } from '../../src/topology/topology-result.ts';

/** The lifecycle of a Namespace, as users write it for topology-ocm and as a status contains it. */
export function lifecycle(create: boolean, orphan = false): EffectiveLifecycle {
  return { spokeNamespace: { create, orphan }, workload: { orphan: false } };
}

/** An owner: the namespace is deleted with the last one. */
export const owned = lifecycle(true);
/** A keeper: the namespace is created and orphaned. */
export const kept = lifecycle(true, true);
/** A guest: the namespace is expected to exist. */
export const guest = lifecycle(false);

const at = (value: JsonValue | undefined, ...path: string[]): JsonValue | undefined =>
  path.reduce((within, field) => (isJsonObject(within) ? within[field] : undefined), value);

/** What the built-in topologies render, with the fields that lifecycle rules read: template `byop`, else topology-ocm. */
export function lifecycleObjects(template: string, parameter: JsonObject, context: TopologyContext): JsonObject[] {
  return template === 'byop' ? broughtAlong(parameter, context) : placedHere(parameter, context);
}

function placedHere(parameter: JsonObject, { name, workloadYamls }: TopologyContext): JsonObject[] {
  const { hubNamespace: namespace = 'hub', placement = {} } = parameter;
  const declared = at(parameter, 'manifestWorkReplicaSet', 'manifestWorkTemplate', 'lifecycle');
  const creates = at(declared, 'spokeNamespace', 'create') !== false;
  const documents: JsonObject[] = workloadYamls.map((text) => JSON.parse(text));
  const [spoke] = documents.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => at(metadata, 'name'));
  const keeps = creates && at(declared, 'spokeNamespace', 'orphan') === true && spoke !== undefined;
  const orphaningRules = keeps ? [{ resource: 'namespaces', name: spoke }] : [];
  const deleteOption = keeps
    ? { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules } }
    : { propagationPolicy: 'Foreground' };
  return [
    {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { name, namespace },
      spec: placement,
    },
    works({ name, namespace }, [{ name }], {
      workload: { manifests: documents.filter(({ kind }) => creates || kind !== 'Namespace') },
      deleteOption,
    }),
  ];
}

function broughtAlong(parameter: JsonObject, { name, workloadYamls }: TopologyContext): JsonObject[] {
  const { placementNamespace: namespace = 'hub', placementRefs = [] } = parameter;
  const deleteOption = at(parameter, 'manifestWorkReplicaSet', 'manifestWorkTemplate', 'deleteOption');
  const template = { workload: { manifests: workloadYamls.map((text): JsonObject => JSON.parse(text)) } };
  return [
    works({ name, namespace }, placementRefs, deleteOption === undefined ? template : { ...template, deleteOption }),
  ];
}

function works(metadata: JsonObject, placementRefs: JsonValue, manifestWorkTemplate: JsonObject): JsonObject {
  return {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    metadata,
    spec: { placementRefs, manifestWorkTemplate },
  };
}

/** A topology engine with these renders, which counts them. Property `broken` makes a render fail. */
export function lifecycleTopologies(): { topologies: Pick<TopologyEngine, 'check' | 'render'>; renders: () => number } {
  let count = 0;
  return {
    renders: () => count,
    topologies: {
      check: () => Promise.resolve({ ok: true, objects: [] }),
      render: (template, parameter, context) => {
        count += 1;
        if (parameter['broken'] === true) {
          return Promise.resolve({ ok: false, reason: 'InvalidParameter', violations: [] });
        }
        return Promise.resolve({ ok: true, objects: lifecycleObjects(template, parameter, context) });
      },
    },
  };
}
