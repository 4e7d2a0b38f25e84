import { environments, group, kindNamed, workloadProfiles } from '../../api/kinds.ts';
import { grantedNamespaces, type GrantedNamespaces } from '../../api/names.ts';
import { isJsonObject, type JsonValue, type Resource } from '../../api/object.ts';
import { setsAcknowledgement } from './acknowledgement.ts';
import { acknowledgeAnnotation } from '../annotations.ts';
import type { NeededRight, RequestFacts } from './facts.ts';
import { writtenRef } from '../refs/read-ref.ts';
import { referenceFields, type ReferenceField } from '../refs/reference-fields.ts';
import { sameRef } from '../refs/same-ref.ts';
import { parseRef } from '../refs/version-ref.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The namespace that every object may refer to, and the hub namespaces that every Environment may use. */
export interface SharedNamespaces {
  system: string;
  hub: readonly string[];
}

const resourcesOfRefs: Readonly<Record<ReferenceField['kind'], Resource>> = {
  Environment: environments,
  WorkloadProfile: workloadProfiles,
};

/** The rights that a request needs for the fields that it sets or changes. Unchanged fields need no right. */
export function neededRights(request: RequestFacts, shared: SharedNamespaces): NeededRight[] {
  if (request.object === undefined) return [];
  const override = overrideRights(request);
  if (request.kind === 'Environment') return [...override, ...hubRights(request, shared)];
  return request.kind === 'WorkloadDeployment' ? [...override, ...referenceRights(request, shared)] : override;
}

/** An acknowledgement needs the verb `override` on the object. */
function overrideRights(request: RequestFacts): NeededRight[] {
  const resource = kindNamed(request.kind)?.resource;
  if (resource === undefined || !setsAcknowledgement(request)) return [];
  const { namespace, name } = request;
  const path = `metadata.annotations[${acknowledgeAnnotation}]`;
  return [
    {
      path,
      verb: 'override',
      group: resource.group,
      resource: resource.plural,
      namespace,
      ...(name === '' ? {} : { name }),
    },
  ];
}

/** A ref to an object in another namespace needs the verb `use` on that object. */
function referenceRights({ object, oldObject, namespace: own }: RequestFacts, shared: SharedNamespaces): NeededRight[] {
  return referenceFields.flatMap(({ field, kind }) => {
    if (oldObject !== undefined && sameRef(object?.spec?.[field], oldObject.spec?.[field])) return [];
    const { text, namespace } = writtenRef(object?.spec, field) ?? {};
    if (text === undefined || namespace === undefined || [own, shared.system].includes(namespace)) return [];
    const parsed = parseRef(text);
    if (!parsed.ok) return [];
    const { plural } = resourcesOfRefs[kind];
    return [{ path: `spec.${field}.name`, verb: 'use', group, resource: plural, namespace, name: parsed.ref.name }];
  });
}

/** The verb `use` on a namespace, at cluster scope: it is granted by those who administer the whole hub. */
export function namespaceRight(kind: GrantedNamespaces, namespace: string, path: string): NeededRight {
  return { path, verb: 'use', group, resource: grantedNamespaces[kind], name: namespace };
}

/** A hub namespace that is not shared needs a right, because mooring writes there for the user. */
function hubRights({ object, oldObject }: RequestFacts, shared: SharedNamespaces): NeededRight[] {
  return ['hubNamespace', 'placementNamespace'].flatMap((field) => {
    const namespace = propertyOf(object, field);
    if (typeof namespace !== 'string' || namespace === '' || shared.hub.includes(namespace)) return [];
    if (namespace === propertyOf(oldObject, field)) return [];
    return [namespaceRight('hub', namespace, `spec.topology.properties.${field}`)];
  });
}

function propertyOf(object: UncheckedObject | undefined, field: string): JsonValue | undefined {
  const topology = object?.spec?.['topology'];
  const properties = isJsonObject(topology) ? topology['properties'] : undefined;
  return isJsonObject(properties) ? properties[field] : undefined;
}
