import { kindNamed } from '../../api/kinds.ts';
import type { KubeObject, Resource } from '../../api/object.ts';
import type { NeededRight, Referrer, MaybeNamed } from '../../domain/admission/facts.ts';

/** Which objects a requester may see: messages name only those that it may `get`. */
export interface NameVisibility {
  /** The object, marked with whether messages may name it. */
  of(kind: string, object: { namespace: string; name: string }): Promise<MaybeNamed>;
  /** Whether the requester may see all objects of a kind, in every namespace. */
  ofAll(kind: string): Promise<boolean>;
}

/**
 * Messages may name no object, and no access review is sent. For facts from caches: they are gathered again live before a
 * message is returned.
 */
export const nothingVisible: NameVisibility = {
  of: (_kind, { namespace, name }) => Promise.resolve({ namespace, name, visible: false }),
  ofAll: () => Promise.resolve(false),
};

/** The kind, namespace and name of an object that refers to another. */
export function referrerOf(kind: string, { metadata }: Pick<KubeObject, 'metadata'>): Omit<Referrer, 'visible'> {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** Referrers in a stable order, each marked with whether messages may name it. */
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

/** At most this many access reviews are sent for a request. The objects of further kinds and namespaces are counted, not named. */
const maxReviews = 20;

/** Sends at most one access review for each kind and namespace during one request. */
export function createNameVisibility(isAllowed: (right: NeededRight) => Promise<boolean>): NameVisibility {
  const reviews = new Map<string, Promise<boolean>>();
  const review = (resource: Resource, namespace: string | undefined): Promise<boolean> => {
    const key = `${resource.plural}/${namespace ?? ''}`;
    const known = reviews.get(key);
    if (known !== undefined) return known;
    if (reviews.size >= maxReviews) return Promise.resolve(false);
    const { group, plural } = resource;
    const result = isAllowed({
      path: '',
      verb: 'get',
      group,
      resource: plural,
      ...(namespace === undefined ? {} : { namespace }),
    });
    reviews.set(key, result);
    return result;
  };
  return {
    async of(kind, { namespace, name }) {
      const resource = kindNamed(kind)?.resource;
      return { namespace, name, visible: resource !== undefined && (await review(resource, namespace)) };
    },
    async ofAll(kind) {
      const resource = kindNamed(kind)?.resource;
      return resource !== undefined && review(resource, undefined);
    },
  };
}
