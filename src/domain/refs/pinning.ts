import { major, prerelease, valid } from 'semver';
import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { resolve, type History } from './resolution.ts';
import { formatRef, type VersionRef } from './version-ref.ts';
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
  if (!resolution.floating) return { state: 'fixed', text: formatRef({ name, selector }) };
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

/** The spec of a deployment with the text of one ref replaced. */
export function withRefText(spec: JsonObject, field: string, text: string): JsonObject {
  const ref = spec[field];
  return isJsonObject(ref) && ref['name'] !== text ? { ...spec, [field]: { ...ref, name: text } } : spec;
}
