import { kindsOnHub } from '../../api/kinds.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import { UsageError } from '../../usage-error.ts';
import { namesOfKind } from '../live/kind-argument.ts';

/** An object that `mooring check` deletes (`--delete`). */
export interface Deletion {
  kind: string;
  namespace: string;
  name: string;
}

/** Reads `KIND/NAMESPACE/NAME`. Throws UsageError. */
export function readDeletion(argument: string): Deletion {
  const [givenKind = '', namespace = '', name = '', ...more] = argument.split('/');
  if (givenKind === '' || namespace === '' || name === '' || more.length > 0) {
    throw new UsageError(`--delete ${argument}: use KIND/NAMESPACE/NAME`);
  }
  const known = kindsOnHub.map(({ resource }) => resource.kind);
  const kind = known.find((candidate) => namesOfKind(candidate).includes(givenKind.toLowerCase()));
  if (kind === undefined) {
    throw new UsageError(
      `--delete ${argument}: there is no kind ${givenKind}${didYouMean(givenKind, known)} (kinds: ${known.join(', ')})`,
    );
  }
  return { kind, namespace, name };
}
