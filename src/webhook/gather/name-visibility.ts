import { kindNamed } from '../../api/kinds.ts';
import type { Resource } from '../../api/object.ts';
import type { NeededRight, Referrer, MaybeNamed } from '../../domain/admission/facts.ts';

/** What a requester may see: messages name other objects only to who may `get` them. */
export interface NameVisibility {
  /** The object with whether it may be named. */
  of(kind: string, object: { namespace: string; name: string }): Promise<MaybeNamed>;
}

/** Nothing is asked and nobody is named: for a first look, which a second one follows before anything is said. */
export const nothingVisible: NameVisibility = {
  of: (_kind, { namespace, name }) => Promise.resolve({ namespace, name, visible: false }),
};

/** Users in one order, whatever order they were found in, each with whether it may be named. */
export function referrersWithVisibility(
  sight: NameVisibility,
  users: readonly Omit<Referrer, 'visible'>[],
): Promise<Referrer[]> {
  const sorted = users.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  return Promise.all(sorted.map(async (user) => ({ kind: user.kind, ...(await sight.of(user.kind, user)) })));
}

function keyOf({ kind, namespace, name }: Omit<Referrer, 'visible'>): string {
  return `${kind}/${namespace}/${name}`;
}

/** Rights are asked for by namespace; whatever is in more namespaces than these is counted and not named. */
const mostQuestions = 20;

/** Asks once for each kind and namespace, for the length of one request. */
export function createNameVisibility(isAllowed: (right: NeededRight) => Promise<boolean>): NameVisibility {
  const asked = new Map<string, Promise<boolean>>();
  const ask = (resource: Resource, namespace: string): Promise<boolean> => {
    const key = `${resource.plural}/${namespace}`;
    const known = asked.get(key);
    if (known !== undefined) return known;
    if (asked.size >= mostQuestions) return Promise.resolve(false);
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
