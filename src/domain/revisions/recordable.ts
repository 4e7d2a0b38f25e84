import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions, kindNamed } from '../../api/kinds.ts';
import { schemaErrors } from '../../api/validate.ts';
import { inKiB, jsonBytes } from './content-size.ts';
import type { Definition } from './definition.ts';
import { historyLimits } from './history-limits.ts';
import { recordedSpec } from './record.ts';

/** A reason why the content of an object cannot be recorded: the field of the object, and what is wrong with it. */
export interface RecordProblem {
  path: string;
  message: string;
}

/** Why the content of an object cannot be recorded as a DefinitionRevision: its schema rejects the content, or it is too large. */
export function recordProblems(kind: RevisionedKindName, definition: Definition): RecordProblem[] {
  const schema = kindNamed(definitionRevisions.kind);
  // The number and the hash are always valid.
  const spec = recordedSpec(kind, definition, { revision: 1, hash: '' });
  const errors = schema === undefined ? [] : schemaErrors(schema, { spec: { ...spec } });
  const problems = errors.map(({ path, message }) => ({ path: path.replace(/^spec\.object\./, ''), message }));
  const bytes = jsonBytes(spec.object);
  if (bytes <= historyLimits.contentBytes) return problems;
  const message = `the content has ${inKiB(bytes)}; at most ${inKiB(historyLimits.contentBytes)} can be recorded as a revision`;
  return [...problems, { path: '', message }];
}
