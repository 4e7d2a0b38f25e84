import { keyOf, type KubeObject } from '../../api/object.ts';
import { titleOfOwner, type NamedOwner } from '../../domain/render/ownership.ts';
import { recordEvent } from '../../kube/objects/events.ts';
import type { Client } from '../../kube/client/client.ts';
import type { Log } from '../../log.ts';
import { fieldManager } from '../field-manager.ts';

export interface KnownOrphansOptions {
  client: Client;
  log: Log;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** How long an owner has to be missing before its objects are deleted: it may be created again meanwhile. */
  graceMs: number;
  /** Counts an orphaned object of this kind that was deleted. */
  countDeleted: (kind: string) => void;
}

/** An owner that was not seen as missing for this time was created again: three intervals of the sweep. */
const forgetAfterMs = 90_000;

/** What this leader knows about objects on the hub whose owner does not exist: since when, and what it has reported. */
export class KnownOrphans {
  readonly #options: KnownOrphansOptions;
  /** By owner: since when objects without it are known, when they were seen last, and why they were held last. */
  readonly #known = new Map<string, { since: number; seen: number; heldBecause?: string }>();

  constructor(options: KnownOrphansOptions) {
    this.#options = options;
  }

  /** How many ms objects without this owner have to wait before they may be deleted; 0 if they may. The time begins with the first call. */
  msToWait(owner: NamedOwner): number {
    const { now, graceMs } = this.#options;
    const key = keyOfOwner(owner);
    const former = this.#known.get(key);
    // The sweep repeats the call. If it did not, the owner existed in between.
    const known = former !== undefined && now() - former.seen <= forgetAfterMs ? former : { since: now(), seen: now() };
    known.seen = now();
    this.#known.set(key, known);
    return Math.max(0, known.since + graceMs - now());
  }

  /** Forgets an owner that has no objects any more. Returns whether it was known. */
  forget(owner: NamedOwner): boolean {
    return this.#known.delete(keyOfOwner(owner));
  }

  /** Reports objects that were deleted: an Event about each of them, a metric and a log line. */
  async reportDeleted(owner: NamedOwner, objects: readonly KubeObject[]): Promise<void> {
    const { client, log, now, countDeleted } = this.#options;
    for (const object of objects) {
      countDeleted(object.kind);
      const message = `it was deleted, because ${titleOfOwner(owner)} does not exist`;
      log.info({ kind: object.kind, object: keyOf(object), owner: titleOfOwner(owner) }, 'deleted an orphaned object');
      const event = { object, type: 'Normal', reason: 'OrphanDeleted', message, component: fieldManager } as const;
      await recordEvent(client, event, { log, now });
    }
  }

  /** Reports once why objects without this owner stay: an Event about one of them and a log line. */
  async reportHeld(owner: NamedOwner, object: KubeObject, why: string): Promise<void> {
    const { client, log, now } = this.#options;
    const known = this.#known.get(keyOfOwner(owner));
    if (known === undefined || known.heldBecause === why) return;
    known.heldBecause = why;
    const message = `${titleOfOwner(owner)} does not exist, but its objects stay: ${why}`;
    log.warn({ kind: object.kind, object: keyOf(object), owner: titleOfOwner(owner), why }, 'an orphaned object stays');
    const event = { object, type: 'Warning', reason: 'OrphanHeld', message, component: fieldManager } as const;
    await recordEvent(client, event, { log, now });
  }
}

function keyOfOwner({ kind, namespace, name }: NamedOwner): string {
  return `${kind}/${namespace}/${name}`;
}
