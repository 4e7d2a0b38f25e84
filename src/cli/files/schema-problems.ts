import { kindNamed } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/object.ts';
import { schemaErrors } from '../../api/validate.ts';
import { kubectlProblems } from '../../offline/kubectl-checks.ts';
import type { Manifest } from './manifests.ts';

/** The problems for which kubectl or the API server would refuse a manifest because of its schema, one line each. */
export function schemaProblems({ source, object }: Manifest): string[] {
  const kind = kindNamed(object.kind);
  if (kind === undefined) return [];
  const plain = object as JsonObject & typeof object;
  const problems = [...kubectlProblems(object), ...schemaErrors(kind, plain)];
  return problems.map(({ path, message }) => `${source}: ${object.kind} ${object.metadata.name}: ${path}: ${message}`);
}
