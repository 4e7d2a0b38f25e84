import { randomBytes } from 'node:crypto';
import type { KubeObject, Resource } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import type { Client } from '../client/client.ts';
import { microTime } from '../leader/micro-time.ts';

const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/** Source: `pkg/apis/core/validation/events.go`: `note` has at most 1 kB, `reason` and `action` 128 bytes. */
const LONGEST_NOTE = 1000;

/** Something that a person who looks at `object` should learn. `reason` is in CamelCase and stable. */
export interface EventToRecord {
  object: KubeObject;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Who says so: `mooring-aggregator`. */
  component: string;
}

/** Writes an Event. Never throws: an event is a courtesy, so a failure is only logged (to `log`, if there is one). */
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
    // Events about what has no namespace live in `default`, as client-go does it.
    metadata: { name: `${name.slice(0, 230)}.${randomBytes(8).toString('hex')}`, namespace: namespace ?? 'default' },
    eventTime: microTime(now()),
    type: event.type,
    reason: event.reason,
    action: event.reason,
    note: bounded(event.message),
    regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
    reportingController: event.component,
    reportingInstance: event.component,
  };
  try {
    await client.create(EVENTS, body);
  } catch (error) {
    log?.warn({ err: error, reason: event.reason }, 'event could not be recorded');
  }
}

/** Cut by bytes, never within a character. */
function bounded(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= LONGEST_NOTE) return note;
  return `${bytes
    .subarray(0, LONGEST_NOTE)
    .toString()
    .replace(/\uFFFD$/, '')}…`;
}
