import { kindNamed } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/object.ts';
import { schemaErrors, unknownFields } from '../../api/validate.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import type { Manifest } from './manifests.ts';
import { metadataProblems } from './metadata-problems.ts';

/** The lines with which the API server would refuse a manifest that does not fit the schema of its kind. */
export function schemaProblems({ source, object }: Manifest): string[] {
  const kind = kindNamed(object.kind);
  if (kind === undefined) return [];
  const plain = object as JsonObject & typeof object;
  const unknown = unknownFields(kind, plain).map(({ path, message, allowed }) => ({
    path,
    message: message + (allowed === undefined ? '' : didYouMean(allowed.field, allowed.names)),
  }));
  const errors = [...metadataProblems(object), ...schemaErrors(kind, plain), ...unknown];
  return errors.map(({ path, message }) => `${source}: ${object.kind} ${object.metadata.name}: ${path}: ${message}`);
}
