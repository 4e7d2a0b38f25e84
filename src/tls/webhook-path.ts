/**
 * The random segments of the paths at which the API server calls the webhook, as in `/mutate/<segment>`. Every replica of the webhook
 * accepts all of them. `next` becomes `current` when the certificate is renewed, so replicas accept a segment long before it is used.
 */
export interface PathSegments {
  previous?: string;
  current: string;
  next: string;
}

/** Creates a segment that cannot be guessed: 128 random bits in hexadecimal. */
export type CreateSegment = () => string;

const segmentPattern = /^[0-9a-f]{32}$/;

/** Whether a value has the form of a segment. */
export function isSegment(value: string): boolean {
  return segmentPattern.test(value);
}

/** Segments for an installation that has none. `published` is the segment in the webhook configurations, if there is one. */
export function firstSegments(published: string | undefined, create: CreateSegment): PathSegments {
  return { current: published ?? create(), next: create() };
}

/** The segments after the next renewal of the certificate. */
export function rotateSegments({ current, next }: PathSegments, create: CreateSegment): PathSegments {
  return { previous: current, current: next, next: create() };
}

/** All segments that the webhook accepts. */
export function acceptedSegments({ previous, current, next }: PathSegments): string[] {
  return [...(previous === undefined ? [] : [previous]), current, next];
}

/** The value of the Secret: the segments in order, one line each. */
export function formatSegments(segments: PathSegments): string {
  return acceptedSegments(segments).join('\n');
}

/** Reads the value of the Secret; `undefined` if it is missing or malformed. */
export function parseSegments(text: string): PathSegments | undefined {
  const lines = text.split('\n');
  const [next, current, previous] = lines.toReversed();
  if (next === undefined || current === undefined || lines.length > 3 || !lines.every(isSegment)) return undefined;
  return { ...(previous === undefined ? {} : { previous }), current, next };
}
