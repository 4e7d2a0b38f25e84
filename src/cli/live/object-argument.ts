import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { UsageError } from '../../usage-error.ts';
import { parseRef, parseSelector, type RevisionSelector, type VersionRef } from '../../domain/refs/version-ref.ts';
import { readKind } from './kind-argument.ts';

/** The object that the arguments of a command name. */
export interface ObjectArgument {
  kind: RevisionedKindName;
  ref: VersionRef;
  /** The arguments that follow. */
  rest: string[];
}

/** Reads `KIND NAME[@v…] …` or, as kubectl also takes it, `KIND/NAME[@v…] …`. Throws UsageError. */
export function readObject(args: readonly string[]): ObjectArgument {
  const [first = '', ...others] = args;
  if (first === '') throw new UsageError('KIND and NAME are required');
  const slash = first.indexOf('/');
  const [kind, name, rest] =
    slash === -1 ? [first, others[0] ?? '', others.slice(1)] : [first.slice(0, slash), first.slice(slash + 1), others];
  const read = readKind(kind);
  if (name === '') throw new UsageError(`the NAME of the ${read} is required`);
  const parsed = parseRef(name);
  if (!parsed.ok) throw new UsageError(`${JSON.stringify(name)} ${parsed.problem}`);
  return { kind: read, ref: parsed.ref, rest };
}

/** Reads `@v3`, `@v1.3` or `@v1.3.6`. Throws UsageError. */
export function readRevision(text: string): RevisionSelector {
  if (!text.startsWith('@v'))
    throw new UsageError(`${JSON.stringify(text)} is not a revision; use @v3, @v1.3 or @v1.3.6`);
  const selector = parseSelector(text.slice(2));
  if (typeof selector === 'string') throw new UsageError(`${text}: ${selector}`);
  return selector;
}

/** Throws UsageError if there are further arguments. */
export function refuseMore([extra]: readonly string[]): void {
  if (extra !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(extra)}`);
}
