import { randomBytes } from 'node:crypto';
import type { KubeObject, Resource } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import type { Client } from '../client/client.ts';
import { microTime } from '../micro-time.ts';

const events: Resource = { group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/** Source: `pkg/apis/core/validation/events.go`: `note` has at most 1 kB, `reason` and `action` 128 bytes. */
const maxNoteBytes = 1000;

/** An Event about `object` for its users. `reason` is in CamelCase and stable. */
export interface EventToRecord {
  object: KubeObject;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** The component that reports it. */
  component: string;
}

/** Writes an Event. Never throws: nothing depends on Events, so a failure is only logged. */
export async function recordEvent(
  client: Client,
  event: EventToRecord,
  { log, now = Date.now }: { log?: Log | undefined; now?: (() => number) | undefined } = {},
): Promise<void> {
  const { apiVersion, kind, metadata } = event.object;
  const { name, namespace, uid, resourceVersion } = metadata;
  const body = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    // Events about cluster-scoped objects are in `default`, as in client-go.
    metadata: { name: `${name.slice(0, 230)}.${randomBytes(8).toString('hex')}`, namespace: namespace ?? 'default' },
    eventTime: microTime(now()),
    type: event.type,
    reason: event.reason,
    action: event.reason,
    note: truncateNote(event.message),
    regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
    reportingController: event.component,
    reportingInstance: event.component,
  };
  try {
    await client.create(events, body);
  } catch (error) {
    log?.warn({ err: error, reason: event.reason }, 'the Event could not be written');
  }
}

/** Truncates by bytes, but not within a character. */
function truncateNote(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= maxNoteBytes) return note;
  return `${bytes
    .subarray(0, maxNoteBytes)
    .toString()
    .replace(/\uFFFD$/, '')}…`;
}
