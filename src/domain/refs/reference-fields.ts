import {
  environmentRevisionAnnotation,
  requestedEnvironmentRefAnnotation,
  requestedWorkloadProfileRefAnnotation,
  workloadProfileRevisionAnnotation,
} from '../annotations.ts';

/**
 * The two refs of a WorkloadDeployment: the field of the spec, the kind that it names, the annotation with its stamp, the
 * annotation with the requested text of a pinned ref, and the name of the found object in the facts.
 */
export const referenceFields = [
  {
    field: 'environmentRef',
    kind: 'Environment',
    stamp: environmentRevisionAnnotation,
    requested: requestedEnvironmentRefAnnotation,
    fact: 'environment',
  },
  {
    field: 'workloadProfileRef',
    kind: 'WorkloadProfile',
    stamp: workloadProfileRevisionAnnotation,
    requested: requestedWorkloadProfileRefAnnotation,
    fact: 'workloadProfile',
  },
] as const;

export type ReferenceField = (typeof referenceFields)[number];

/** The field that names an object of a kind. */
export function fieldOfKind(kind: ReferenceField['kind']): ReferenceField['field'] {
  return kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef';
}
