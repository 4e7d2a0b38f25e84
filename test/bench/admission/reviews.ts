import { environments, workloadDeployments } from '../../../src/api/kinds.ts';
import type { JsonObject, KubeObject, Resource } from '../../../src/api/object.ts';
import { environmentRevisionAnnotation, revisionAnnotation } from '../../../src/domain/annotations.ts';
import type { RowName } from './options.ts';

/** An object of the hub with its spec and `metadata.managedFields`. */
export type LiveObject = KubeObject & { spec: JsonObject };

/** A request that updates an object. */
export interface Edit {
  row: RowName;
  title: string;
  resource: Resource;
  object: LiveObject;
  oldObject: LiveObject;
  /** The annotation that a webhook must set when it mutates the object, and its value. */
  stamp: { annotation: string; value: string | undefined };
}

/** The size of a review in bytes. */
export const reviewBytes = 8300;

/** The edits of the rows of the table. `deployment` refers to a pinned revision of `environment`. */
export function createEdits(environment: LiveObject, deployment: LiveObject): Record<RowName, Edit> {
  const { namespace = '', name } = environment.metadata;
  const next = String(Number(environment.metadata.annotations?.[revisionAnnotation]) + 1);
  const newRevision = { annotation: revisionAnnotation, value: next };
  const stampOf = (value: string | undefined) => ({ annotation: environmentRevisionAnnotation, value });
  const before = deployment.metadata.annotations?.[environmentRevisionAnnotation];
  const ofEnvironment = { resource: environments, oldObject: environment };
  const ofDeployment = { resource: workloadDeployments, oldObject: deployment };
  return {
    'spec-edit': {
      ...ofEnvironment,
      row: 'spec-edit',
      title: 'Environment, spec edit',
      object: edited(environment, ({ spec }) =>
        setAt(spec, ['topology', 'properties', 'placement', 'numberOfClusters'], 2),
      ),
      stamp: newRevision,
    },
    'label-edit': {
      ...ofEnvironment,
      row: 'label-edit',
      title: 'Environment, label edit',
      object: edited(environment, addLabel),
      stamp: newRevision,
    },
    'deployment-label': {
      ...ofDeployment,
      row: 'deployment-label',
      title: 'WorkloadDeployment, label edit',
      object: edited(deployment, addLabel),
      stamp: stampOf(before),
    },
    'deployment-ref': {
      ...ofDeployment,
      row: 'deployment-ref',
      title: 'WorkloadDeployment, changed ref',
      object: edited(deployment, ({ spec }) => setAt(spec, ['environmentRef', 'name'], name)),
      stamp: stampOf(`${namespace}/${name}@v${Number(next) - 1}`),
    },
  };
}

/** The AdmissionReview of an update in JSON. It has `reviewBytes` bytes if the objects are smaller than that. */
export function reviewOf({ resource, object, oldObject }: Omit<Edit, 'stamp'>): string {
  const { group, version, kind, plural } = resource;
  const groupKind = { group, version, kind };
  const groupResource = { group, version, resource: plural };
  const review = (of: LiveObject, old: LiveObject) =>
    JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
        kind: groupKind,
        resource: groupResource,
        requestKind: groupKind,
        requestResource: groupResource,
        name: of.metadata.name,
        namespace: of.metadata.namespace,
        operation: 'UPDATE',
        userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
        object: of,
        oldObject: old,
        dryRun: false,
        options: { kind: 'UpdateOptions', apiVersion: 'meta.k8s.io/v1' },
      },
    });
  for (let fields = 0; ; fields += 1) {
    const larger = review(withMoreManagedFields(object, fields), withMoreManagedFields(oldObject, fields));
    if (larger.length >= reviewBytes) return larger;
  }
}

/** The object with entries of `metadata.managedFields` as other clients leave them, with this number of fields. */
function withMoreManagedFields(object: LiveObject, count: number): LiveObject {
  const managed = object.metadata['managedFields'];
  const names = Array.from({ length: count }, (_, index) => `f:example.com/annotation-${index}`);
  const entry = {
    manager: 'kubectl-annotate',
    operation: 'Update',
    apiVersion: object.apiVersion,
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:annotations': Object.fromEntries(names.map((name) => [name, {}])) } },
  };
  const managedFields = [...(Array.isArray(managed) ? managed : []), ...(count === 0 ? [] : [entry])];
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function edited(object: LiveObject, edit: (copy: LiveObject) => void): LiveObject {
  const copy = structuredClone(object);
  edit(copy);
  return copy;
}

function addLabel({ metadata }: LiveObject): void {
  metadata.labels = { ...metadata.labels, edited: 'true' };
}

function setAt(object: JsonObject, [key = '', ...rest]: string[], value: string | number): void {
  if (rest.length === 0) object[key] = value;
  else setAt(object[key] as JsonObject, rest, value);
}
