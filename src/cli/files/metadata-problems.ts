import { definitionRevisions, workloads } from '../../api/kinds.ts';
import { isJsonObject, type KubeObject } from '../../api/object.ts';
import { namePattern, namespacePattern, patternMeanings } from '../../api/schema.ts';

/** A field in the metadata of an object that the API server refuses. */
export interface MetadataProblem {
  path: string;
  message: string;
}

/** The fields that the API server refuses in the metadata of one of our kinds before it calls a webhook. */
export function metadataProblems(object: KubeObject): MetadataProblem[] {
  const { name, namespace } = object.metadata;
  // Names become label values, except those of Workloads and of revisions, which are `<kind>.<name>.v<revision>`.
  const longestName = [definitionRevisions.kind, workloads.kind].includes(object.kind) ? 253 : 63;
  return [
    ...checkLength('metadata.name', name, longestName),
    ...checkPattern('metadata.name', name, namePattern),
    ...(namespace === undefined
      ? []
      : [
          ...checkLength('metadata.namespace', namespace, 63),
          ...checkPattern('metadata.namespace', namespace, namespacePattern),
        ]),
    ...checkMaps(object),
  ];
}

function checkLength(path: string, value: string, limit: number): MetadataProblem[] {
  return value.length > limit
    ? [{ path, message: `has ${value.length} characters; at most ${limit} are allowed` }]
    : [];
}

function checkPattern(path: string, value: string, pattern: string): MetadataProblem[] {
  if (new RegExp(pattern).test(value)) return [];
  return [{ path, message: `${JSON.stringify(value)} is not ${patternMeanings.get(pattern) ?? 'a name'}` }];
}

/** Labels and annotations are maps of strings: a number or a boolean has to be put in quotes. */
function checkMaps({ metadata }: KubeObject): MetadataProblem[] {
  return (['labels', 'annotations'] as const).flatMap((field) => {
    const map: unknown = metadata[field];
    if (map === undefined || map === null) return [];
    if (!isJsonObject(map)) return [{ path: `metadata.${field}`, message: 'must be a map of strings' }];
    return Object.entries(map)
      .filter(([, value]) => typeof value !== 'string')
      .map(([key, value]) => ({
        path: `metadata.${field}[${key}]`,
        message: mustBeString(value),
      }));
  });
}

/** The message for a value that is not a string where a string is required. */
export function mustBeString(found: unknown): string {
  return `must be a string, not ${JSON.stringify(found)}: put it in quotes`;
}
