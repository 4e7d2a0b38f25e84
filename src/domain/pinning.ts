import { major, prerelease, valid } from 'semver';
import { isJsonObject, type JsonObject } from '../api/object.ts';
import {
  environmentRevisionAnnotation,
  requestedEnvironmentRefAnnotation,
  requestedWorkloadProfileRefAnnotation,
  workloadProfileRevisionAnnotation,
} from './annotations.ts';
import type { Facts, RequestObject } from './facts.ts';
import { resolve, type History } from './resolution.ts';
import { formatRef, parseRef, type VersionRef } from './version-ref.ts';

/** On a namespace: `true` rewrites following refs to what they mean, `required` admits fixed refs only. */
const pinRefsLabel = 'spectrocloud.com/pin-refs';
export type PinRefs = 'true' | 'required';

/** Reads the label of a namespace; any other value is no wish at all. */
export function pinRefsOf(labels: Record<string, string> | undefined): PinRefs | undefined {
  const value = labels?.[pinRefsLabel];
  return value === 'true' || value === 'required' ? value : undefined;
}

/** The fixed ref that means what a following one means now; `ambiguous` where it would be read as a range. */
export type Pinned = { state: 'fixed'; text: string } | { state: 'ambiguous'; text: string } | { state: 'unresolved' };

/** Pins a ref: to the version of what it means where that has one, else to its number. */
export function pin({ name, selector }: VersionRef, history: History): Pinned {
  const resolution = resolve(selector, history);
  if (resolution.state !== 'resolved') return { state: 'unresolved' };
  if (!resolution.follows) return { state: 'fixed', text: formatRef({ name, selector }) };
  const { revision, version } = resolution;
  if (version !== undefined) return { state: 'fixed', text: `${name}@v${version}` };
  const text = `${name}@v${revision}`;
  return { state: isPublishedMajor(revision, history) ? 'ambiguous' : 'fixed', text };
}

/** Whether a ref always means the same: a version does, and a number unless it is a major version that is published. */
export function isFixed({ selector }: VersionRef, history: History | undefined): boolean {
  if (selector.kind === 'version') return true;
  return selector.kind === 'number' && (history === undefined || !isPublishedMajor(selector.number, history));
}

function isPublishedMajor(number: number, { newest, recorded }: History): boolean {
  return [newest, ...recorded].some(
    ({ version }) =>
      version !== undefined && valid(version) === version && prerelease(version) === null && major(version) === number,
  );
}

/** The two refs of a deployment: where each stands, its stamp, and where the text that was asked for is kept. */
export const references = [
  {
    field: 'environmentRef',
    stamp: environmentRevisionAnnotation,
    requested: requestedEnvironmentRefAnnotation,
    fact: 'environment',
  },
  {
    field: 'workloadProfileRef',
    stamp: workloadProfileRevisionAnnotation,
    requested: requestedWorkloadProfileRefAnnotation,
    fact: 'workloadProfile',
  },
] as const;

export type ReferenceField = (typeof references)[number];

/** What a ref of a deployment has to say, and what was asked for if that is something else. */
export interface PinnedRef {
  text: string;
  requested: string | undefined;
}

/** Decides about one ref of a deployment; `undefined` where it is not of the shape of a ref. */
export function pinnedRef({ field, stamp, requested, fact }: ReferenceField, facts: Facts): PinnedRef | undefined {
  const { object, oldObject } = facts.request;
  const now = refIn(object, field);
  if (now === undefined) return undefined;
  const before = refIn(oldObject, field);
  const asked = textIn(oldObject, requested);
  if (before !== undefined && before.namespace === now.namespace) {
    // The pin stays for who writes it back as it is, as well as for who asks for the same text again.
    const wasResolved = textIn(oldObject, stamp) !== undefined;
    if (now.name === before.name && wasResolved) return { text: now.name, requested: asked };
    if (facts.pinRefs === 'true' && asked === now.name) return { text: before.name, requested: asked };
  }
  const reference = facts[fact];
  if (facts.pinRefs !== 'true' || reference?.history === undefined) return { text: now.name, requested: undefined };
  // Asked again about what we pinned a moment ago, as when another webhook changed the object after us.
  const own = textIn(object, requested);
  if (own !== undefined && pinsTo(own, now.name, reference.history)) return { text: now.name, requested: own };
  const pinned = pin(reference.ref, reference.history);
  if (pinned.state !== 'fixed' || pinned.text === now.name) return { text: now.name, requested: undefined };
  return { text: pinned.text, requested: now.name };
}

/** What an annotation says; in files it may be no text at all. */
function textIn(object: RequestObject | undefined, annotation: string): string | undefined {
  const text: unknown = object?.metadata.annotations?.[annotation];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a text asks for what a pin says. */
function pinsTo(asked: string, text: string, history: History): boolean {
  const parsed = parseRef(asked);
  if (!parsed.ok || asked === text) return false;
  const pinned = pin(parsed.ref, history);
  return pinned.state === 'fixed' && pinned.text === text;
}

function refIn(object: RequestObject | undefined, field: string): { name: string; namespace: unknown } | undefined {
  const ref = object?.spec?.[field];
  if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return undefined;
  return { name: ref['name'], namespace: ref['namespace'] };
}

/** The spec of a deployment with the text of one ref replaced. */
export function withRefText(spec: JsonObject, field: string, text: string): JsonObject {
  const ref = spec[field];
  return isJsonObject(ref) && ref['name'] !== text ? { ...spec, [field]: { ...ref, name: text } } : spec;
}
