import type { IncomingMessage } from 'node:http';

/** Old and new object of 3 MiB each, which etcd would take, and the rest of the review. */
export const MAX_BODY_BYTES = 7 * 1024 * 1024;

/** A request whose body is not taken; `status` is the HTTP status to answer with. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused';
  readonly status: 413 | 415;

  constructor(status: 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** The client went away before all of its body was there: nobody is left to answer. */
export class BodyAborted extends Error {
  override readonly name = 'BodyAborted';
}

/**
 * Reads a JSON body of at most `limit` bytes. Throws `BodyRefused` or `BodyAborted`. What is too large is still read to
 * its end, unkept: an answer before that would be lost with the connection. The server's request timeout bounds it.
 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const type = request.headers['content-type'];
  if (!isJson(type)) throw new BodyRefused(415, 'Content-Type must be application/json');
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new BodyRefused(415, 'Content-Encoding is not supported');
  }
  return read(request, limit);
}

function isJson(type: string | undefined): boolean {
  return type === 'application/json' || type?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

function read(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => {
      if (bytes > limit) reject(new BodyRefused(413, `the body has ${bytes} bytes, more than ${limit}`));
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes));
    });
    request.on('error', (cause) => reject(new BodyAborted('the client went away', { cause })));
    request.on('close', () => {
      if (!request.complete) reject(new BodyAborted('the client went away'));
    });
  });
}
