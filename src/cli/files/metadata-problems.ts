import { definitionRevisions, workloads } from '../../api/kinds.ts';
import { isJsonObject, type KubeObject } from '../../api/object.ts';
import { namePattern, namespacePattern, patternMeanings } from '../../api/schema.ts';

/** One place in the metadata of an object that the API server refuses. */
export interface MetadataProblem {
  path: string;
  message: string;
}

/** What the API server refuses in the metadata of one of our kinds before it asks anybody. */
export function metadataProblems(object: KubeObject): MetadataProblem[] {
  const { name, namespace } = object.metadata;
  // Names become label values, but for those of revisions, which are `<kind>.<name>.v<revision>`, and of Workloads.
  const longestName = [definitionRevisions.kind, workloads.kind].includes(object.kind) ? 253 : 63;
  return [
    ...tooLong('metadata.name', name, longestName),
    ...misshapen('metadata.name', name, namePattern),
    ...(namespace === undefined
      ? []
      : [
          ...tooLong('metadata.namespace', namespace, 63),
          ...misshapen('metadata.namespace', namespace, namespacePattern),
        ]),
    ...mapProblems(object),
  ];
}

function tooLong(path: string, text: string, limit: number): MetadataProblem[] {
  return text.length > limit ? [{ path, message: `has ${text.length} characters; at most ${limit} are taken` }] : [];
}

function misshapen(path: string, text: string, pattern: string): MetadataProblem[] {
  if (new RegExp(pattern).test(text)) return [];
  return [{ path, message: `${JSON.stringify(text)} is not ${patternMeanings.get(pattern) ?? 'a name'}` }];
}

/** Labels and annotations are maps of texts: a number or a boolean has to be put in quotes. */
function mapProblems({ metadata }: KubeObject): MetadataProblem[] {
  return (['labels', 'annotations'] as const).flatMap((field) => {
    const map: unknown = metadata[field];
    if (map === undefined || map === null) return [];
    if (!isJsonObject(map)) return [{ path: `metadata.${field}`, message: 'must be a map of texts' }];
    return Object.entries(map)
      .filter(([, value]) => typeof value !== 'string')
      .map(([key, value]) => ({
        path: `metadata.${field}[${key}]`,
        message: mustBeText(value),
      }));
  });
}

/** What is wrong with a value where only a text may stand. */
export function mustBeText(found: unknown): string {
  return `must be a text, not ${JSON.stringify(found)}: put it in quotes`;
}
