import { request as call, type Agent, type RequestOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

export interface Call {
  agent: Agent;
  /** The default is `localhost`. */
  host?: string;
  port: number;
  method?: string;
  path: string;
  headers?: OutgoingHttpHeaders;
  /** A string or buffer is sent at once with its length, a list in several pieces without it. */
  body?: string | Buffer | Buffer[];
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends one HTTPS request. Rejects if the connection breaks before the whole response is received. */
export function httpsCall({
  agent,
  host = 'localhost',
  port,
  method = 'POST',
  path,
  headers,
  body = '',
}: Call): Promise<Reply> {
  const options: RequestOptions = { agent, host, port, method, path, headers };
  return new Promise((resolve, reject) => {
    const sent = call(options, (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString() }),
        reject,
      );
    });
    sent.on('error', reject);
    if (Array.isArray(body)) {
      for (const piece of body) sent.write(piece);
      sent.end();
    } else {
      sent.end(body);
    }
  });
}
