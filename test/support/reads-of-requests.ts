import { isJsonObject, type JsonObject, type KubeObject, type Resource } from '../../src/api/object.ts';
import { definitionRevisions, environments, workloadDeployments } from '../../src/api/kinds.ts';
import { managedClusters } from '../../src/api/ocm.ts';
import { policyDefinitionTypeLabel } from '../../src/api/policy-definition.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../src/domain/annotations.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import type { AdmissionRequest } from '../../src/webhook/review/review.ts';
import { customTopology } from './custom-topology.ts';
import { deletionOf } from './deletion-request.ts';
import { editedEnvironment, environmentSpec } from './environment-edits.ts';
import { environment, profile } from './manifests.ts';
import { owned } from './lifecycle-topology.ts';
import { placedDeployment, type PlacedDeployment } from './placed-deployment.ts';
import { recordedEdits } from './recorded-edits.ts';
import { requestFor } from './webhook-sources.ts';

const namespace = (name: string): [Resource, KubeObject] => [
  namespaces,
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
];

/** Revision 1 has version 1.0.0, revision 2 has no version, and revision 3 has version 1.1.0. */
const primary = editedEnvironment(
  [
    environmentSpec({ version: '1.0.0' }),
    environmentSpec({ placement: { numberOfClusters: 2 } }),
    environmentSpec({ version: '1.1.0' }),
  ],
  { selected: ['a'] },
);
const ready = primary.objects.map((object): [Resource, KubeObject] => [
  object.kind === environments.kind ? environments : definitionRevisions,
  object,
]);
const web = recordedEdits('WorkloadProfile', [{ spec: profile('team').spec }], { name: 'web' });
const shared = recordedEdits('WorkloadProfile', [{ spec: profile('team').spec }], {
  namespace: 'mural-system',
  name: 'shared',
});
const edge = recordedEdits(
  'PolicyDefinition',
  [{ spec: customTopology('edge', 'a: 1').spec, labels: { [policyDefinitionTypeLabel]: 'topology' } }],
  { namespace: 'mural-system', name: 'edge' },
);

/** A stored deployment that is applied, with complete stamps. */
const stored = placed({
  lifecycle: owned,
  clusters: ['a'],
  revision: 3,
  metadata: {
    uid: 'uid-web',
    annotations: {
      [environmentRevisionAnnotation]: 'team/primary@v3',
      [workloadProfileRevisionAnnotation]: 'team/web@v1',
    },
  },
});

/** Objects that the API server and the caches have. */
export const hubObjects: [Resource, KubeObject][] = [
  ...['team', 'mural-system', 'shop'].map(namespace),
  ...ready,
  ...web.objects,
  ...shared.objects,
  ...edge.objects,
  [workloadDeployments, stored],
];

/** A ManagedCluster that is the hub itself. */
export const localCluster: [Resource, KubeObject] = [
  managedClusters,
  {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: 'hub', labels: { 'local-cluster': 'true' } },
  },
];

function placed(options: PlacedDeployment): KubeObject & { spec: JsonObject } {
  return plain(placedDeployment({ spokeNamespace: 'team', ...options }));
}

function plain(object: KubeObject): KubeObject & { spec: JsonObject } {
  return JSON.parse(JSON.stringify(object));
}

const created = (options: PlacedDeployment) => requestFor(placed({ name: 'other', ...options }));
const edited = (object: KubeObject, change: Partial<KubeObject> & { spec?: JsonObject }) => {
  const before = plain(object);
  return requestFor({ ...before, ...change }, before);
};
const withRef = (name: string) => edited(stored, { spec: { ...stored.spec, environmentRef: { name } } });
const withProfile = (request: AdmissionRequest, name: string): AdmissionRequest => {
  const { object } = request;
  if (!isJsonObject(object) || !isJsonObject(object['spec'])) throw new TypeError('a deployment has a spec');
  return { ...request, object: { ...object, spec: { ...object['spec'], workloadProfileRef: { name } } } };
};
const ofTopology = (type: string) =>
  requestFor(environment('team', { name: 'new', topology: { type, properties: {} } }));
const environmentEdit = edited(primary.live, { spec: environmentSpec({ placement: { numberOfClusters: 3 } }) });

/** A request by the name of its row in the table of `docs/architecture.md`. */
export interface RequestOfRow {
  request: AdmissionRequest;
  /** Further objects on the hub. */
  more?: [Resource, KubeObject][];
}

/** One request for each row of the table. */
export const requestsOfRows: Readonly<Record<string, RequestOfRow>> = {
  'Environment, built-in topology: create': { request: requestFor(environment('team', { name: 'new' })) },
  'Environment, built-in topology: edit': { request: environmentEdit },
  'Environment, custom topology `edge`: create': { request: ofTopology('edge') },
  'Environment, custom topology `edge@v1`: create': { request: ofTopology('edge@v1') },
  'Environment: delete': { request: deletionOf(primary.live) },
  'WorkloadProfile: create': { request: requestFor(profile('team', 'new')) },
  'WorkloadProfile: edit': {
    request: edited(web.definition, { spec: { workload: { components: [{ name: 'ui', type: 'webservice' }] } } }),
  },
  'WorkloadProfile: delete': { request: deletionOf(web.definition) },
  'WorkloadProfile in the system namespace: delete': { request: deletionOf(shared.definition) },
  'PolicyDefinition: create': { request: requestFor(plain(customTopology('new', 'a: 1'))) },
  'PolicyDefinition: edit': { request: edited(edge.definition, { spec: customTopology('edge', 'a: 2').spec }) },
  'PolicyDefinition: delete': { request: deletionOf(edge.definition) },
  'WorkloadDeployment, refs `primary` and `web`: create': { request: created({ environmentRef: 'primary' }) },
  'WorkloadDeployment, profile in the system namespace: create': { request: withProfile(created({}), 'shared') },
  'WorkloadDeployment, ref `primary@v3`: create': { request: created({ environmentRef: 'primary@v3' }) },
  'WorkloadDeployment, ref `primary@v2`, an old revision: create': {
    request: created({ environmentRef: 'primary@v2' }),
  },
  'WorkloadDeployment, ref `primary@v1.0`: create': { request: created({ environmentRef: 'primary@v1.0' }) },
  'WorkloadDeployment, ref `primary@v1.0.0`: create': { request: created({ environmentRef: 'primary@v1.0.0' }) },
  'WorkloadDeployment, ref to nothing: create': { request: created({ environmentRef: 'missing' }) },
  'WorkloadDeployment, another spoke namespace: create': { request: created({ spokeNamespace: 'shop' }) },
  'WorkloadDeployment, the hub itself is a cluster: create': { request: created({}), more: [localCluster] },
  'WorkloadDeployment: edit of labels': {
    request: edited(stored, { metadata: { ...stored.metadata, labels: { a: 'b' } } }),
  },
  'WorkloadDeployment: edit of the ref to `primary@v3`': { request: withRef('primary@v3') },
  'WorkloadDeployment: edit of the ref to `primary@v1.0.0`': { request: withRef('primary@v1.0.0') },
  'WorkloadDeployment: delete': { request: deletionOf(stored) },
  'DefinitionRevision: create': { request: requestFor(plain(firstRevision())) },
};

function firstRevision(): KubeObject {
  const [revision] = primary.revisions;
  if (revision === undefined) throw new Error('an Environment has a revision');
  return revision;
}
