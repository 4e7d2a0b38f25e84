import type { KubeObject, Resource } from '../../api/object.ts';
import { deploymentHashLabel } from '../../domain/annotations.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import { allowedKindOf, nameOfKind, type TopologyKind } from '../../domain/render/topology-kind.ts';
import { backoffMs } from '../../kube/cache/backoff.ts';
import { Informer, type Change } from '../../kube/cache/informer.ts';
import { withPackedContent } from '../../kube/cache/packed-field.ts';
import type { Client } from '../../kube/client/client.ts';
import { findKind } from '../../kube/client/discovery.ts';
import { mayNotBeServed } from '../../kube/client/errors.ts';
import { sleep as realSleep, type Sleep } from '../../kube/sleep.ts';
import type { Log } from '../../log.ts';

export interface OtherKindOptions {
  client: Client;
  log: Log;
  kind: TopologyKind;
  hash: Hash;
  sleep?: Sleep;
}

const byDeployment = 'deployment';
/** The fields that every reconcile reads. */
const plainFields = ['apiVersion', 'kind', 'metadata'];

/** Ms between the two times that the discovery has to say that a kind is not served. */
const confirmNotServedMs = 2000;

/**
 * The objects of mooring on the hub that have a kind of `--topology-kind`. The resource of the kind is read from the discovery,
 * because the plural of a kind cannot be derived. While the API server does not serve the kind, the cache is empty and not ready.
 */
export class OtherKindCache {
  readonly kind: TopologyKind;
  /** Resolves when the first list is in the cache, or it is confirmed that the kind is not served. */
  readonly synced: Promise<void>;
  readonly #options: OtherKindOptions;
  readonly #handlers: ((change: Change<KubeObject>) => void)[] = [];
  readonly #markSynced: () => void;
  #hasSynced = false;
  #found: { resource: Resource; informer: Informer<KubeObject> } | undefined;
  /** How often in a row the discovery has said that the kind is not served. */
  #timesNotServed = 0;
  #whyNotFound = 'is not complete yet';

  constructor(options: OtherKindOptions) {
    this.#options = options;
    this.kind = options.kind;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#markSynced = () => {
      this.#hasSynced = true;
      resolve();
    };
  }

  /** The kind as `--topology-kind` names it. */
  get name(): string {
    return nameOfKind(allowedKindOf(this.kind));
  }

  /** `undefined` as long as the API server does not serve the kind. */
  get resource(): Resource | undefined {
    return this.#found?.resource;
  }

  hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** When the last list, event or bookmark arrived, in ms since the epoch; 0 before the first. */
  lastContact(): number {
    return this.#found?.informer.lastContact() ?? 0;
  }

  /** Why decisions should not depend on this cache, as the end of a sentence about it; undefined if they may. */
  whyNotReady(): string | undefined {
    if (this.#found === undefined) return this.#whyNotFound;
    const { informer, resource } = this.#found;
    if (informer.hasSynced()) return informer.whyNotReady();
    return `is not complete yet; the controller needs the rights to list and watch ${resource.plural}`;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#found?.informer.get(namespace, name);
  }

  list(): KubeObject[] {
    return this.#found?.informer.list() ?? [];
  }

  /** The objects of the deployment `namespace/name`. */
  ofDeployment(key: string): KubeObject[] {
    return this.#found?.informer.byIndex(byDeployment, key) ?? [];
  }

  /** Adds a handler. It is called at once with every cached object, as added. */
  subscribe(onChange: (change: Change<KubeObject>) => void): void {
    this.#handlers.push(onChange);
    this.#found?.informer.subscribe(onChange);
  }

  /** Whether an error of another request of this kind means that the kind is not served. */
  async isNotServed(error: unknown): Promise<boolean> {
    if (this.#found !== undefined) return this.#found.informer.isNotServed(error);
    return mayNotBeServed(error) && this.#timesNotServed > 1;
  }

  /** Waits until the kind is served, then follows the API server until `signal` is aborted. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { sleep = realSleep } = this.#options;
    for (let attempts = 0; !signal.aborted; attempts += 1) {
      const resource = await this.#find(signal);
      if (resource !== undefined) {
        await this.#follow(resource, signal);
        return;
      }
      const isConfirming = this.#timesNotServed === 1;
      await sleep(isConfirming ? confirmNotServedMs : backoffMs(attempts, Math.random), signal);
    }
  }

  async #follow(resource: Resource, signal: AbortSignal): Promise<void> {
    const { client, log, hash } = this.#options;
    const informer = new Informer<KubeObject>({
      client,
      log,
      resource,
      // What mooring has not applied is never in memory.
      labelSelector: deploymentHashLabel,
      // As objects, some content needs twenty times the memory of its JSON, and topologies decide what it is. No decision reads the status.
      transform: ({ status: _status, ...object }: KubeObject & { status?: unknown }) =>
        withPackedContent(object, plainFields, hash),
      indexes: { [byDeployment]: (object) => [deploymentOf(object)].filter((key) => key !== undefined) },
    });
    for (const handler of this.#handlers) informer.subscribe(handler);
    this.#found = { resource, informer };
    void informer.synced.then(this.#markSynced);
    await informer.run(signal);
  }

  /** The resource of the kind. What is unknown, or cannot be used, is logged, and the cache stays as it is. */
  async #find(signal: AbortSignal): Promise<Resource | undefined> {
    const { client, log, kind } = this.#options;
    const hold = (why: string, err?: unknown) => {
      if (this.#whyNotFound !== why) log.warn({ kind: this.name, err }, `the kind of --topology-kind ${why}`);
      this.#whyNotFound = why;
    };
    try {
      const found = await findKind(client, kind, { signal });
      if (found?.state === 'served' && found.resource.namespaced) return found.resource;
      this.#timesNotServed = found === undefined ? this.#timesNotServed + 1 : 0;
      if (found?.state === 'served') hold(`is not in a namespace; remove --topology-kind ${this.name}`);
      // Objects of it may exist.
      else if (found !== undefined) hold(`is served only in other versions: ${found.versions.join(', ')}`);
      else if (this.#timesNotServed > 1) {
        hold(`is not served by the API server; install the kind, or remove --topology-kind ${this.name}`);
        this.#markSynced();
      }
    } catch (error) {
      if (!signal.aborted) hold('is unknown, because the discovery cannot be read', error);
    }
    return undefined;
  }
}
