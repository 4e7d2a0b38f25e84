import { definitionRevisions, workloads } from '../api/kinds.ts';
import { isJsonObject, type KubeObject } from '../api/object.ts';
import { namePattern, namespacePattern, patternMeanings } from '../api/schema.ts';

/** A field in the metadata of an object that the API server rejects. */
export interface MetadataProblem {
  path: string;
  message: string;
}

/** The problems for which the API server rejects the metadata of one of our kinds before it calls a webhook. */
export function metadataProblems(object: KubeObject): MetadataProblem[] {
  const { name, namespace } = object.metadata;
  // Names become label values, except names of revisions (`<kind>.<name>.v<revision>`) and of Workloads.
  const maxNameLength = [definitionRevisions.kind, workloads.kind].includes(object.kind) ? 253 : 63;
  return [
    ...lengthProblems('metadata.name', name, maxNameLength),
    ...patternProblems('metadata.name', name, namePattern),
    ...(namespace === undefined
      ? []
      : [
          ...lengthProblems('metadata.namespace', namespace, 63),
          ...patternProblems('metadata.namespace', namespace, namespacePattern),
        ]),
    ...mapProblems(object),
  ];
}

function lengthProblems(path: string, value: string, limit: number): MetadataProblem[] {
  const { length } = value;
  return length > limit ? [{ path, message: `has ${length} characters; at most ${limit} are allowed` }] : [];
}

function patternProblems(path: string, value: string, pattern: string): MetadataProblem[] {
  if (new RegExp(pattern).test(value)) return [];
  return [{ path, message: `${JSON.stringify(value)} is not ${patternMeanings.get(pattern) ?? 'a name'}` }];
}

/** Labels and annotations are maps of strings: a number or a boolean must be put in quotes. */
function mapProblems({ metadata }: KubeObject): MetadataProblem[] {
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

/** The message about a value that must be a string. */
export function mustBeString(found: unknown): string {
  return `must be a string, not ${JSON.stringify(found)}: put it in quotes`;
}
