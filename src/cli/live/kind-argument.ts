import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import { group, kindNamed, version } from '../../api/kinds.ts';
import { UsageError } from '../../usage-error.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';

/** Reads KIND as kubectl does: name, plural or short name in any case, with or without the API group. Throws UsageError. */
export function readKind(text: string): RevisionedKindName {
  const lowerCase = text.toLowerCase();
  const withoutGroup = [`.${version}.${group}`, `.${group}`].reduce(
    (name, suffix) => (name.endsWith(suffix) ? name.slice(0, -suffix.length) : name),
    lowerCase,
  );
  const found = revisionedKindNames.find((kind) => namesOfKind(kind).includes(withoutGroup));
  if (found !== undefined) return found;
  const known = revisionedKindNames.flatMap(namesOfKind);
  const list = revisionedKindNames.map((kind) => namesOfKind(kind).join(' ')).join(', ');
  throw new UsageError(
    `${JSON.stringify(text)} is not a kind with revisions${didYouMean(withoutGroup, known)} (kinds: ${list})`,
  );
}

/** The names of a kind that kubectl accepts, in lower case. */
export function namesOfKind(name: string): string[] {
  const kind = kindNamed(name);
  return [name.toLowerCase(), ...(kind === undefined ? [] : [kind.resource.plural, ...kind.shortNames])];
}
