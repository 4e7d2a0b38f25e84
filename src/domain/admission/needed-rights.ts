import {
  definitionRevisions,
  environments,
  group,
  kindNamed,
  workloadDeployments,
  workloadProfiles,
} from '../../api/kinds.ts';
import { grantedNamespaces, type GrantedNamespaces } from '../../api/names.ts';
import type { Resource } from '../../api/object.ts';
import { setsAcknowledgement } from './acknowledgement.ts';
import { acknowledgeAnnotation } from '../annotations.ts';
import { changedReservedKeys } from '../spoke/added-metadata.ts';
import { joinNames } from './wording.ts';
import type { NeededRight, RequestFacts } from './facts.ts';
import { child, topologyOf } from '../json/fields.ts';
import { readAllowedHubNamespaces } from '../revisions/allowed-hub-namespaces.ts';
import { nearestCandidate } from '../text/did-you-mean.ts';
import { hubNamespaceFields } from '../render/workload-render.ts';
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
  if (request.kind !== 'WorkloadDeployment') return override;
  return [...override, ...reservedMetadataRights(request), ...referenceRights(request, shared)];
}

/** Labels and annotations with a reserved prefix, such as those of Pod Security, need the verb `override` on the deployment. */
function reservedMetadataRights({ object, oldObject, namespace, name }: RequestFacts): NeededRight[] {
  const reserved = object === undefined ? [] : changedReservedKeys(object, oldObject);
  const [first] = reserved;
  if (first === undefined) return [];
  const { plural: resource } = workloadDeployments;
  const keys = joinNames(reserved.map(({ key }) => key.slice(0, 320)));
  const reason = `the prefix of ${keys} is reserved`;
  return [{ path: first.path, verb: 'override', group, resource, namespace, ...(name === '' ? {} : { name }), reason }];
}

/** The right to create a revision, as from a backup. Who records revisions does not need it. */
export function restoreRight({ namespace }: Pick<RequestFacts, 'namespace'>): NeededRight {
  return { path: '', verb: 'restore', group, resource: definitionRevisions.plural, namespace };
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

/**
 * A hub namespace that is not shared needs a right, because mooring writes there for the user. One that is stamped was
 * authorised before. One that is neither stamped nor changed was written while the webhook was not installed.
 */
function hubRights({ object, oldObject }: RequestFacts, shared: SharedNamespaces): NeededRight[] {
  const stamped = oldObject === undefined ? [] : readAllowedHubNamespaces(oldObject.metadata);
  const before = new Set(hubNamespacesOf(oldObject, shared.hub).map(({ namespace }) => namespace));
  return hubNamespacesOf(object, shared.hub)
    .filter(({ namespace }) => !stamped.includes(namespace))
    .map(({ namespace, path }) => {
      const similar = similarHubNamespace(namespace, shared.hub);
      return {
        ...namespaceRight('hub', namespace, path),
        ...(before.has(namespace) ? { optional: true } : {}),
        ...(similar === undefined ? {} : { similar }),
      };
    });
}

/** The shared hub namespace that was probably meant. Names of cluster sets such as `gpu` differ in more characters from `global`. */
export function similarHubNamespace(namespace: string, shared: readonly string[]): string | undefined {
  return nearestCandidate(namespace, shared, 2);
}

/** The hub namespaces that an Environment names and that are not shared, each with the first field that names it. */
export function hubNamespacesOf(
  object: Pick<UncheckedObject, 'spec'> | undefined,
  shared: readonly string[],
): { namespace: string; path: string }[] {
  const properties = child(topologyOf(object ?? {}), 'properties');
  const fields = new Map<string, string>();
  for (const field of hubNamespaceFields) {
    const namespace = properties[field];
    // No namespace has another name, so nothing can be written there, and no right is necessary.
    if (typeof namespace !== 'string' || shared.includes(namespace) || !isNamespaceName(namespace)) continue;
    if (!fields.has(namespace)) fields.set(namespace, `spec.topology.properties.${field}`);
  }
  return [...fields].map(([namespace, path]) => ({ namespace, path }));
}

function isNamespaceName(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}
