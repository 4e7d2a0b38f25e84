import { kindNamed } from '../../api/kinds.ts';
import type { Resource } from '../../api/object.ts';
import type { NeededRight, Referrer, MaybeNamed } from '../../domain/admission/facts.ts';

/** Which objects a requester may see: messages name only those that it may `get`. */
export interface NameVisibility {
  /** The object with whether messages may name it. */
  of(kind: string, object: { namespace: string; name: string }): Promise<MaybeNamed>;
}

/** Names nothing and asks nobody: for facts from caches, which are gathered again live before a message is returned. */
export const nothingVisible: NameVisibility = {
  of: (_kind, { namespace, name }) => Promise.resolve({ namespace, name, visible: false }),
};

/** Referrers in a stable order, each with whether messages may name it. */
export function referrersWithVisibility(
  visibility: NameVisibility,
  referrers: readonly Omit<Referrer, 'visible'>[],
): Promise<Referrer[]> {
  const sorted = referrers.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  return Promise.all(
    sorted.map(async (referrer) => ({ kind: referrer.kind, ...(await visibility.of(referrer.kind, referrer)) })),
  );
}

function keyOf({ kind, namespace, name }: Omit<Referrer, 'visible'>): string {
  return `${kind}/${namespace}/${name}`;
}

/** Access is reviewed per namespace. Objects in more namespaces than this are counted and not named. */
const maxReviews = 20;

/** Asks once for each kind and namespace during one request. */
export function createNameVisibility(isAllowed: (right: NeededRight) => Promise<boolean>): NameVisibility {
  const asked = new Map<string, Promise<boolean>>();
  const ask = (resource: Resource, namespace: string): Promise<boolean> => {
    const key = `${resource.plural}/${namespace}`;
    const known = asked.get(key);
    if (known !== undefined) return known;
    if (asked.size >= maxReviews) return Promise.resolve(false);
    const { group, plural } = resource;
    const answer = isAllowed({ path: '', verb: 'get', group, resource: plural, namespace });
    asked.set(key, answer);
    return answer;
  };
  return {
    async of(kind, { namespace, name }) {
      const resource = kindNamed(kind)?.resource;
      return { namespace, name, visible: resource !== undefined && (await ask(resource, namespace)) };
    },
  };
}
