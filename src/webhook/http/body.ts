import type { IncomingMessage } from 'node:http';

/** Room for the old and the new object, of at most 3 MiB each (the limit of an API server), and the rest of the review. */
export const maxBodyBytes = 7 * 1024 * 1024;

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

/**
 * Reads a JSON body of at most `limit` bytes. Throws `BodyRefused` or `BodyAborted`. A body that is too large is read to
 * its end and dropped, because the client would not receive a response that is sent before. The request timeout of the
 * server limits how long that takes.
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
    request.on('error', (cause) => reject(new BodyAborted('the client closed the connection', { cause })));
    request.on('close', () => {
      if (!request.complete) reject(new BodyAborted('the client closed the connection'));
    });
  });
}
