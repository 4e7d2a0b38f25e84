import { major, prerelease, valid } from 'semver';
import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { resolve, type History } from './resolution.ts';
import { formatRef, type VersionRef } from './version-ref.ts';

/** On a namespace: `true` replaces floating refs by pinned ones, `required` admits only pinned refs. */
const pinRefsLabel = 'spectrocloud.com/pin-refs';
export type PinRefs = 'true' | 'required';

/** Reads the label of a namespace; any other value has no effect. */
export function pinRefsOf(labels: Record<string, string> | undefined): PinRefs | undefined {
  const value = labels?.[pinRefsLabel];
  return value === 'true' || value === 'required' ? value : undefined;
}

/** The pinned ref with the meaning that a floating ref has now; `ambiguous` if it would be read as a range of versions. */
export type Pinned = { state: 'pinned'; text: string } | { state: 'ambiguous'; text: string } | { state: 'unresolved' };

/** Pins a ref to the version of the revision that it resolves to, or to the number of that revision if it has no version. */
export function pin({ name, selector }: VersionRef, history: History): Pinned {
  const resolution = resolve(selector, history);
  if (resolution.state !== 'resolved') return { state: 'unresolved' };
  if (!resolution.floating) return { state: 'pinned', text: formatRef({ name, selector }) };
  const { revision, version } = resolution;
  if (version !== undefined) return { state: 'pinned', text: `${name}@v${version}` };
  const text = `${name}@v${revision}`;
  return { state: hasVersionOfMajor(revision, history) ? 'ambiguous' : 'pinned', text };
}

/** Whether a ref always means the same revision. A version does, and so does a number unless it is a published major version. */
export function isPinned({ selector }: VersionRef, history: History | undefined): boolean {
  if (selector.kind === 'version') return true;
  return selector.kind === 'number' && (history === undefined || !hasVersionOfMajor(selector.number, history));
}

/** Whether a revision in the history has a release of this major, so that the number means that line of versions. */
function hasVersionOfMajor(number: number, { newest, recorded }: History): boolean {
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
