import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import { group, kindNamed, version } from '../../api/kinds.ts';
import { UsageError } from '../../usage-error.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';

/** Reads KIND as kubectl does: name, plural or short name in any case, with or without the API group. Throws UsageError. */
export function readKind(text: string): RevisionedKindName {
  const asked = text.toLowerCase();
  const bare = [`.${version}.${group}`, `.${group}`].reduce(
    (name, suffix) => (name.endsWith(suffix) ? name.slice(0, -suffix.length) : name),
    asked,
  );
  const found = revisionedKindNames.find((kind) => namesOfKind(kind).includes(bare));
  if (found !== undefined) return found;
  const known = revisionedKindNames.flatMap(namesOfKind);
  const list = revisionedKindNames.map((kind) => namesOfKind(kind).join(' ')).join(', ');
  throw new UsageError(
    `${JSON.stringify(text)} is not a kind with revisions${didYouMean(bare, known)} (kinds: ${list})`,
  );
}

/** The names by which kubectl knows a kind, in lower case. */
export function namesOfKind(name: string): string[] {
  const kind = kindNamed(name);
  return [name.toLowerCase(), ...(kind === undefined ? [] : [kind.resource.plural, ...kind.shortNames])];
}
