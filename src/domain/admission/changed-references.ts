import type { Facts } from './facts.ts';
import { referenceFields, type ReferenceField } from '../refs/reference-fields.ts';
import { sameRef } from '../refs/same-ref.ts';
import type { FoundReference } from '../refs/found-reference.ts';

/** A ref of a deployment that a request creates or changes, with the object that it names. */
export interface ChangedReference extends Pick<ReferenceField, 'field' | 'kind' | 'requested'> {
  path: string;
  reference: FoundReference;
}

/** The refs of a deployment that the request creates or changes. */
export function changedReferences(facts: Facts): ChangedReference[] {
  const { object, oldObject } = facts.request;
  return referenceFields.flatMap(({ field, kind, requested, fact }) => {
    const reference = facts[fact];
    if (reference === undefined) return [];
    if (oldObject !== undefined && sameRef(object?.spec?.[field], oldObject.spec?.[field])) return [];
    return [{ field, kind, requested, path: `spec.${field}.name`, reference }];
  });
}
