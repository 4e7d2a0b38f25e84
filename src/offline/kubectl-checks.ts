import { parseJson } from '../api/json-text.ts';
import { kindNamed } from '../api/kinds.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { unknownFields } from '../api/validate.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { metadataProblems } from './metadata-problems.ts';

/** A field that kubectl or the API server rejects before a webhook is called. */
export interface KubectlProblem {
  path: string;
  message: string;
}

const topLevelFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/** The problems for which kubectl or the API server rejects a manifest of one of our kinds: malformed metadata and unknown fields. */
export function kubectlProblems(manifest: KubeObject): KubectlProblem[] {
  const kind = kindNamed(manifest.kind);
  if (kind === undefined) return [];
  const unknownAtTop = Object.keys(manifest)
    .filter((field) => !topLevelFields.includes(field))
    .map((field) => ({ path: field, message: `unknown field${didYouMean(field, topLevelFields)}` }));
  const plain: JsonObject = parseJson(JSON.stringify(manifest));
  const unknown = unknownFields(kind, plain).map(({ path, message, allowed }) => ({
    path,
    message: message + (allowed === undefined ? '' : didYouMean(allowed.field, allowed.names)),
  }));
  return [...metadataProblems(manifest), ...unknownAtTop, ...unknown];
}
