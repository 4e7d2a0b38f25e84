import type { Facts } from './facts.ts';
import { sameRef } from '../refs/same-ref.ts';
import type { FoundReference } from '../refs/found-reference.ts';

/** A ref of a deployment that a request creates or changes, with the object that it names. */
export interface ChangedReference {
  path: string;
  kind: string;
  reference: FoundReference;
}

/** The refs of a deployment that the request creates or changes. */
export function changedReferences({ request, environment, workloadProfile }: Facts): ChangedReference[] {
  const all = [
    { field: 'environmentRef', kind: 'Environment', reference: environment },
    { field: 'workloadProfileRef', kind: 'WorkloadProfile', reference: workloadProfile },
  ];
  return all.flatMap(({ field, kind, reference }) => {
    if (reference === undefined) return [];
    const { object, oldObject } = request;
    if (oldObject !== undefined && sameRef(object?.spec?.[field], oldObject.spec?.[field])) return [];
    return [{ path: `spec.${field}.name`, kind, reference }];
  });
}
