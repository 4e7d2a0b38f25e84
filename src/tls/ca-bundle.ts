import { webhookConfigurationName } from '../api/names.ts';
import { isJsonObject, type JsonObject, type KubeObject, type Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { fieldManager } from './field-manager.ts';
import { base64 } from './secret.ts';
import { isSegment } from './webhook-path.ts';

const admissionregistration = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

const mutating = { ...admissionregistration, kind: 'MutatingWebhookConfiguration' };
const validating = { ...admissionregistration, kind: 'ValidatingWebhookConfiguration' };

/** The two kinds of webhook configurations. mooring has one object of each. */
export const webhookConfigurations: readonly Resource[] = [
  { ...mutating, plural: 'mutatingwebhookconfigurations' },
  { ...validating, plural: 'validatingwebhookconfigurations' },
];

/** One webhook; only its `clientConfig` is used here. */
type Webhook = JsonObject & { clientConfig: ClientConfig };
type ClientConfig = JsonObject & { service?: JsonObject };

interface WebhookConfiguration extends KubeObject {
  webhooks?: Webhook[];
}

/** What the controller writes into every webhook. */
export interface PublishedAccess {
  /** PEM. */
  bundle: string;
  /** The random segment of the path. Without it the path stays unchanged. */
  segment?: string;
}

/** Another writer has changed the bundle or the path that this process had written. */
export interface AccessConflict {
  kind: string;
  /** The field managers of the other writers, as far as `metadata.managedFields` tells; sorted. */
  managers: string[];
  /** How often this has happened in a row. */
  count: number;
  /** When mooring writes again. */
  waitMs: number;
}

export interface Publication {
  /** The kinds that were written, without those that another writer had changed. */
  published: string[];
  /** Conflicts that were found now. */
  conflicts: AccessConflict[];
  /** When to publish again what is not written yet because of a conflict. */
  waitMs?: number;
}

/** What is known about one configuration. */
interface Published {
  uid: string | undefined;
  access: PublishedAccess;
  /** When the configuration was first seen with this bundle and path, or when it was written last. */
  since: number;
  /** Defined while another writer has changed it: when it may be written again. */
  notBefore?: number;
  conflicts: number;
}

/** Delays before the second, third, … time that a configuration is restored. The first time it is restored at once. */
const conflictBackoff = { fromMs: 1000, toMs: 120_000 };

/** If a configuration stood unchanged for this long, the next change is not part of a fight between two writers. */
const calmMs = 60_000;

/** Writes the trust bundle and the path into the webhook configurations. It backs off from another writer that changes them back. */
export class AccessPublisher {
  readonly #client: Client;
  readonly #now: () => number;
  readonly #published = new Map<string, Published>();

  /** `now` returns milliseconds since the epoch. */
  constructor(client: Client, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  /** Writes the bundle and the path into every webhook of the configurations that does not have them. */
  async publish(access: PublishedAccess): Promise<Publication> {
    const publication: Publication = { published: [], conflicts: [] };
    for (const resource of webhookConfigurations) await this.#publishTo(resource, access, publication);
    return publication;
  }

  async #publishTo(resource: Resource, access: PublishedAccess, publication: Publication): Promise<void> {
    const { kind } = resource;
    const configuration = await getConfiguration(this.#client, resource);
    if (configuration === undefined) return;
    const { uid, resourceVersion = '' } = configuration.metadata;
    const now = this.#now();
    const known = this.#published.get(kind);
    const state: Published =
      known !== undefined && known.uid === uid && isSame(known.access, access)
        ? known
        : { uid, access, since: now, conflicts: 0 };
    const present = configuration.webhooks ?? [];
    const webhooks = present.map((webhook) => withAccess(webhook, resource, access));
    if (webhooks.every((webhook, index) => webhook === present[index])) {
      delete state.notBefore;
      this.#published.set(kind, state);
      return;
    }
    if (state === known && state.notBefore === undefined)
      publication.conflicts.push(conflictIn(configuration, state, now));
    const waitMs = Math.max((state.notBefore ?? 0) - now, 0);
    if (waitMs > 0) {
      publication.waitMs = Math.min(waitMs, publication.waitMs ?? waitMs);
      return;
    }
    // A merge patch replaces whole lists; the resourceVersion ensures that it replaces the list that was read.
    const body = { metadata: { resourceVersion }, webhooks };
    await this.#client.patch(resource, { name: webhookConfigurationName }, body, { fieldManager });
    if (state.conflicts === 0) publication.published.push(kind);
    delete state.notBefore;
    this.#published.set(kind, Object.assign(state, { since: now }));
  }
}

/** Counts a change by another writer, and sets when the bundle may be written again. */
function conflictIn(configuration: WebhookConfiguration, state: Published, now: number): AccessConflict {
  state.conflicts = now - state.since >= calmMs ? 1 : state.conflicts + 1;
  const { fromMs, toMs } = conflictBackoff;
  const waitMs = state.conflicts === 1 ? 0 : Math.min(toMs, fromMs * 2 ** (state.conflicts - 2));
  state.notBefore = now + waitMs;
  return { kind: configuration.kind, managers: otherManagers(configuration), count: state.conflicts, waitMs };
}

/** The other field managers that own a bundle or a path; if these were removed, the one that changed the configuration last. */
function otherManagers({ metadata: { managedFields } }: WebhookConfiguration): string[] {
  const entries = (Array.isArray(managedFields) ? managedFields : [])
    .filter(isJsonObject)
    .map(({ manager, time, fieldsV1 }) => ({
      manager: typeof manager === 'string' ? manager : fieldManager,
      time: typeof time === 'string' ? time : '',
      isOwner: /"f:(caBundle|path)"/.test(JSON.stringify(fieldsV1 ?? {})),
    }))
    .filter(({ manager }) => manager !== fieldManager);
  const owners = entries.filter(({ isOwner }) => isOwner);
  const newest = entries.toSorted((left, right) => (left.time < right.time ? 1 : -1)).slice(0, 1);
  const found = owners.length > 0 ? owners : newest;
  return [...new Set(found.map(({ manager }) => manager))].toSorted();
}

function isSame(one: PublishedAccess, other: PublishedAccess): boolean {
  return one.bundle === other.bundle && one.segment === other.segment;
}

/** The segment of the path in the webhook configurations, which API servers use now; `undefined` if there is none. */
export async function publishedSegment(client: Client): Promise<string | undefined> {
  for (const resource of webhookConfigurations) {
    const configuration = await getConfiguration(client, resource);
    for (const { clientConfig } of configuration?.webhooks ?? []) {
      const path = clientConfig.service?.['path'];
      const segment = typeof path === 'string' ? path.split('/').at(-1) : undefined;
      if (segment !== undefined && isSegment(segment)) return segment;
    }
  }
  return undefined;
}

function getConfiguration(client: Client, resource: Resource): Promise<WebhookConfiguration | undefined> {
  return getIfPresent<WebhookConfiguration>(client, resource, { name: webhookConfigurationName });
}

/** The webhook with this bundle and path, otherwise unchanged; the same object if it has both already. */
function withAccess(webhook: Webhook, resource: Resource, { bundle, segment }: PublishedAccess): Webhook {
  const { clientConfig } = webhook;
  const caBundle = base64(bundle);
  const path = segment === undefined ? undefined : `/${actionOf(resource)}/${segment}`;
  const { service } = clientConfig;
  const isPathPublished = path === undefined || service === undefined || service['path'] === path;
  if (clientConfig['caBundle'] === caBundle && isPathPublished) return webhook;
  return {
    ...webhook,
    clientConfig: { ...clientConfig, caBundle, ...(isPathPublished ? {} : { service: { ...service, path } }) },
  };
}

function actionOf({ kind }: Resource): 'mutate' | 'validate' {
  return kind === mutating.kind ? 'mutate' : 'validate';
}
