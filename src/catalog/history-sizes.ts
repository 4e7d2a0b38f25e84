import type { KubeObject } from '../api/object.ts';
import { retiringAnnotation } from '../domain/annotations.ts';
import type { Change } from '../kube/cache/object-store.ts';
import { recordedBytes, recordedKey } from './revision-records.ts';

/** Bytes of recorded content. */
export interface HistorySize {
  /** Of all DefinitionRevisions. */
  stored: number;
  /** Of those that are not about to be pruned. */
  kept: number;
}

/** The recorded content in a hub namespace. */
export interface NamespaceHistory extends HistorySize {
  /** By `kind/namespace/name` of the object that the content belongs to. */
  objects: ReadonlyMap<string, HistorySize>;
}

/** No recorded content. */
export const noHistory: NamespaceHistory = { stored: 0, kept: 0, objects: new Map() };

interface Sums extends HistorySize {
  objects: Map<string, HistorySize>;
}

/** Adds up the sizes of DefinitionRevisions as they are watched, so that no decision has to go through all revisions of a namespace. */
export class HistorySizes {
  readonly #namespaces = new Map<string, Sums>();

  constructor(revisions: { subscribe(onChange: (change: Change<KubeObject>) => void): void }) {
    revisions.subscribe(({ type, object, previous }) => {
      // A deletion has the last state as its object.
      const [before, after] = type === 'deleted' ? [previous ?? object, undefined] : [previous, object];
      if (before !== undefined) this.#add(before, -1);
      if (after !== undefined) this.#add(after, 1);
    });
  }

  /** The recorded content in a namespace. */
  of(namespace: string): NamespaceHistory {
    return this.#namespaces.get(namespace) ?? noHistory;
  }

  #add(revision: KubeObject, sign: 1 | -1): void {
    const [key] = recordedKey(revision);
    if (key === undefined) return;
    const { namespace = '', deletionTimestamp, annotations } = revision.metadata;
    const stored = sign * recordedBytes(revision);
    const isKept = deletionTimestamp === undefined && annotations?.[retiringAnnotation] === undefined;
    const kept = isKept ? stored : 0;
    const sums = this.#namespaces.get(namespace) ?? { stored: 0, kept: 0, objects: new Map<string, HistorySize>() };
    const object = sums.objects.get(key) ?? { stored: 0, kept: 0 };
    const changed = { stored: object.stored + stored, kept: object.kept + kept };
    if (changed.stored === 0) sums.objects.delete(key);
    else sums.objects.set(key, changed);
    sums.stored += stored;
    sums.kept += kept;
    if (sums.objects.size === 0) this.#namespaces.delete(namespace);
    else this.#namespaces.set(namespace, sums);
  }
}
