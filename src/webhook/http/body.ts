import type { IncomingMessage } from 'node:http';

/**
 * Room for the old and the new object, of at most 3 MiB each (the limit of an API server), and the rest of the review. The
 * API server escapes some characters, so that a review may have more bytes; it is then refused by its size.
 */
export const maxBodyBytes = 7 * 1024 * 1024;

/** What is kept of a body that is too large: enough for the head of a review. */
const headBytes = 64 * 1024;

/** A request whose body is rejected; `status` is the HTTP status of the response. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused';
  readonly status: 413 | 415;

  constructor(status: 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** The client closed the connection before its body was complete: no response can be sent. */
export class BodyAborted extends Error {
  override readonly name = 'BodyAborted';
}

/** A body that was read to its end. */
export interface ReceivedBody {
  /** The whole body, or the first 64 KiB of a body that is larger than the limit. */
  body: Buffer;
  /** The size of the whole body. */
  bytes: number;
}

/** Checks the headers of a request with a JSON body. Throws `BodyRefused`. */
export function checkJsonHeaders(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (!isJson(type)) throw new BodyRefused(415, 'Content-Type must be application/json');
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new BodyRefused(415, 'Content-Encoding is not supported');
  }
}

/** The size of a body that is not read yet: that of its header, or the limit if there is none. */
export function declaredBytes(request: IncomingMessage, limit: number): number {
  const length = request.headers['content-length'];
  return length === undefined || !/^\d{1,15}$/.test(length) ? limit : Math.min(Number(length), limit);
}

function isJson(type: string | undefined): boolean {
  return type === 'application/json' || type?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/**
 * Reads a body. Throws `BodyAborted`. A body of more than `limit` bytes is read to its end and dropped, except its beginning,
 * because the client would not receive a response that is sent before. The request timeout of the server limits how long that
 * takes.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<ReceivedBody> {
  return new Promise((resolve, reject) => {
    const abort = (cause?: unknown) => reject(new BodyAborted('the client closed the connection', { cause }));
    // The connection may have been closed before this call, and then there is no event.
    if (request.destroyed && !request.complete) abort();
    let chunks: Buffer[] = [];
    let kept = 0;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit || kept < headBytes) {
        chunks.push(chunk);
        kept += chunk.length;
      } else if (kept > headBytes) {
        const head = Buffer.concat(chunks).subarray(0, headBytes);
        chunks = [Buffer.from(head)];
        kept = headBytes;
      }
    });
    request.on('end', () => {
      const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      resolve({ body: bytes > limit ? body.subarray(0, headBytes) : body, bytes });
    });
    request.on('error', abort);
    request.on('close', () => {
      if (!request.complete) abort();
    });
  });
}
