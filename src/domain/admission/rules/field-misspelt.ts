import { formatPath } from '../../../api/field-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/object.ts';
import { reservedPrefix } from '../../../api/names.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { acknowledgeAnnotation, admissionAnnotations, deletionProtectionAnnotation } from '../../annotations.ts';
import { child } from '../../json/fields.ts';
import { nearestCandidate } from '../../text/did-you-mean.ts';
import { limitFindings, newFindings, type Finding, type Rule } from '../rule.ts';

/** A field that is passed on because mooring does not know it, or an annotation without effect, is almost one that mooring knows. */
export const fieldMisspelt: Rule = {
  code: 'FieldMisspelt',
  summary:
    'A field of a component or of a trait, which is passed on unchanged, or an annotation is almost one that mooring reads.',
  remedy: 'Correct the name. If another controller reads a field of this name, ignore the warning.',
  kinds: ['Environment', 'WorkloadProfile', 'WorkloadDeployment', 'PolicyDefinition'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find: ({ request }) => limitFindings(newFindings(request, findingsIn)),
};

/** The fields of a component and of a trait that may be absent. The schema requires the others. */
const optionalFields = { component: ['properties', 'traits'], trait: ['properties'] } as const;
const knownFields = { component: ['name', 'type', ...optionalFields.component], trait: ['type', 'properties'] };

/** The annotations of mooring that people write. */
const annotations = [acknowledgeAnnotation, deletionProtectionAnnotation].map((key) =>
  key.slice(reservedPrefix.length),
);

function findingsIn({ kind, metadata, spec }: UncheckedObject): Finding[] {
  const inSpec = kind === 'WorkloadProfile' ? componentFindings(child(spec, 'workload')['components']) : [];
  return [...annotationFindings(metadata.annotations), ...inSpec];
}

function componentFindings(components: JsonValue | undefined): Finding[] {
  return entriesOf(components).flatMap(([component, index]) => {
    const path = ['spec', 'workload', 'components', index];
    const inTraits = entriesOf(component['traits']).flatMap(([trait, position]) =>
      misspeltIn('trait', trait, [...path, 'traits', position]),
    );
    return [...misspeltIn('component', component, path), ...inTraits];
  });
}

/** The objects in a list of any type, with their positions. */
function entriesOf(list: JsonValue | undefined): [JsonObject, number][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index): [JsonObject, number][] => (isJsonObject(item) ? [[item, index]] : []));
}

/** Only a field that is absent can be meant by another one. */
function misspeltIn(what: keyof typeof optionalFields, value: JsonObject, path: (string | number)[]): Finding[] {
  const absent = optionalFields[what].filter((field) => !Object.hasOwn(value, field));
  return Object.keys(value).flatMap((field): Finding[] => {
    if (knownFields[what].includes(field)) return [];
    const near = nearestCandidate(field, absent);
    if (near === undefined) return [];
    const message = `mooring does not know this field of a ${what}, and passes it on; did you mean "${near}"?`;
    return [{ path: formatPath([...path, field]), message }];
  });
}

function annotationFindings(given: unknown): Finding[] {
  return Object.keys(isJsonObject(given) ? given : {}).flatMap((key): Finding[] => {
    const name = key.startsWith(reservedPrefix) ? key.slice(reservedPrefix.length) : undefined;
    if (name === undefined || annotations.includes(name) || admissionAnnotations.includes(key)) return [];
    const near = nearestCandidate(name, annotations);
    if (near === undefined) return [];
    return [
      { path: `metadata.annotations[${key}]`, message: `has no effect; did you mean "${reservedPrefix}${near}"?` },
    ];
  });
}
