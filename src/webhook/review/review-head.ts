import { NotAReview, readReview, type Review } from './review.ts';

/** A review of a create or an update without its objects. It is enough for a response. */
export interface ReviewHead {
  review: Review;
  /** Where the JSON of the new object starts in the body. */
  objectStart: number;
}

/** An object that etcd cannot store with its default limit can never be admitted. */
const maxStoredBytes = 1536 * 1024;

/** An API server writes the fields in a fixed order: `uid`, kinds, names and the user come before the objects. */
const maxHeadBytes = 64 * 1024;

// The user has lists in maps, but no map in a map, so this text is the first object.
const objectField = Buffer.from(',"object":{');
const emptyObjects = Buffer.from(',"object":{},"oldObject":{}}}');

/** Reads a review without parsing its objects, from a body or the beginning of one; `undefined` if that is not possible. */
export function readReviewHead(body: Buffer): ReviewHead | undefined {
  const at = body.subarray(0, maxHeadBytes).indexOf(objectField);
  if (at < 0) return undefined;
  try {
    const review = readReview(Buffer.concat([body.subarray(0, at), emptyObjects]));
    return { review, objectStart: at + objectField.length - 1 };
  } catch (error) {
    if (error instanceof NotAReview) return undefined;
    throw error;
  }
}

/**
 * The size of the new object of a review if it can never be admitted, found without parsing it: it has more than 1.5 MiB, and
 * is larger than the stored object. `bytes` is the size of the whole body; `body` may be only its beginning.
 */
export function tooLargeObject({ objectStart }: ReviewHead, body: Buffer, bytes: number): number | undefined {
  if (bytes <= maxStoredBytes) return undefined;
  if (bytes > body.length) return bytes - objectStart;
  const end = endOfObject(body, objectStart);
  const objectBytes = end - objectStart;
  // The rest of the body is the old object and the options.
  return objectBytes > Math.max(maxStoredBytes, body.length - end) ? objectBytes : undefined;
}

const quote = 0x22;
const backslash = 0x5c;
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Where the JSON object that starts at `start` ends; the end of the body if it is not complete. */
function endOfObject(body: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === quote) at = endOfString(body, at);
    else if (opening.has(byte)) depth += 1;
    else if (closing.has(byte)) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return body.length;
}

/** Where the closing quote of the string is that starts at `start`. */
function endOfString(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) return at;
    if (byte === backslash) at += 1;
  }
  return body.length;
}
