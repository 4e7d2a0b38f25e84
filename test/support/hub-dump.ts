import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import {
  definitionRevisions,
  environments,
  workloadDeployments,
  workloadProfiles,
  workloads,
} from '../../src/api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue, type KubeObject, type Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, manifestWorks, placementDecisions, placements } from '../../src/api/ocm.ts';
import {
  deploymentAnnotation,
  deploymentHashLabel,
  environmentAnnotation,
  environmentHashLabel,
  deploymentUidAnnotation,
  environmentUidAnnotation,
} from '../../src/domain/annotations.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';

/** Maps objects to their content without fields that differ from run to run. */
export type Dump = Record<string, JsonValue>;

/**
 * Contains our objects in `namespace`, the objects that were rendered from them, and the objects on the spokes in namespaces
 * that begin with its name. Times, uids and counts of writes are removed. The name of the namespace and digests of it are
 * replaced.
 */
export async function dumpHub(hub: Hub, namespace: string): Promise<Dump> {
  const client = createHubClient(hub.kubeconfig);
  const ours = [environments, workloadProfiles, workloadDeployments, definitionRevisions].map(async (resource) => {
    const { items } = await client.list(resource, { namespace });
    return nameItems('hub', resource, items);
  });
  const rendered = [placements, placementDecisions, manifestWorkReplicaSets, manifestWorks].map(async (resource) => {
    const { items } = await client.list(resource);
    return nameItems(
      'hub',
      resource,
      items.filter((item) => JSON.stringify(item.metadata).includes(namespace) || isRenderedFor(item, namespace)),
    );
  });
  const arrived = Object.entries(hub.spokes).flatMap(([spoke, kubeconfig]) =>
    [namespaces, workloads].map(async (resource) => {
      const { items } = await createHubClient(kubeconfig).list(resource);
      const inOurs = items.filter(({ metadata }) => (metadata.namespace ?? metadata.name).startsWith(namespace));
      return nameItems(spoke, resource, inOurs);
    }),
  );
  const entries = (await Promise.all([...ours, ...rendered, ...arrived])).flat();
  const texts = entries.map(([key, object]) => [neutralize(key, namespace), normalize(object, namespace)] as const);
  return Object.fromEntries(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isRenderedFor({ metadata: { annotations = {} } }: KubeObject, namespace: string): boolean {
  return [annotations[environmentAnnotation], annotations[deploymentAnnotation]].some((key) =>
    key?.startsWith(`${namespace}/`),
  );
}

function nameItems(cluster: string, { kind }: Resource, items: KubeObject[]): [string, KubeObject][] {
  return items.map((item) => [`${cluster} ${kind} ${item.metadata.namespace ?? ''}/${item.metadata.name}`, item]);
}

/**
 * Replaces the namespace and the ends of names. Names on the hub end with a digest of the namespace and other data, and OCM
 * appends five random characters to the names of ManifestWorks.
 */
function neutralize(text: string, namespace: string): string {
  return text.replaceAll(namespace, 'NS').replaceAll(/-[a-z2-7]{16}(?:[b-df-hj-np-tv-z0-9]{5})?(?![a-z0-9.])/g, '-#');
}

/** The order of conditions is the order in which they were written first, so they are sorted by type. */
function sortByType(list: JsonValue[]): JsonValue[] {
  const typeOf = (item: JsonValue) => (isJsonObject(item) && typeof item['type'] === 'string' ? item['type'] : '');
  return list.toSorted((a, b) => typeOf(a).localeCompare(typeOf(b)));
}

const volatileKeys = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'lastTransitionTime',
  'managedFields',
  'kubectl.kubernetes.io/last-applied-configuration',
  // Digests of other fields and of the name of the namespace.
  'spectrocloud.com/render-hash',
  deploymentHashLabel,
  environmentHashLabel,
  deploymentUidAnnotation,
  environmentUidAnnotation,
]);

function normalize(object: KubeObject, namespace: string): JsonValue {
  const { generation } = object.metadata;
  const visit = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return neutralize(value, namespace);
    if (Array.isArray(value)) return sortByType(value).map(visit);
    if (!isJsonObject(value)) return value;
    const kept = Object.entries(value).filter(([key]) => !volatileKeys.has(key));
    // The number of writes may differ, but not whether the status is for the present generation.
    return Object.fromEntries(
      kept.map(([key, inner]): [string, JsonValue] =>
        key === 'observedGeneration' ? [key, inner === generation ? 'newest' : 'older'] : [key, visit(inner)],
      ),
    );
  };
  const json: JsonObject = JSON.parse(JSON.stringify(object));
  return visit(json);
}
