import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { isMap, type Json, type JsonMap } from './json.ts';

/** The response. */
export interface PlainResponse {
  code: number;
  body: JsonMap;
  /** In seconds. Undefined without the header. */
  retryAfter: number | undefined;
}

/** The connection failed, so the server has not received the request. */
export class NotSentError extends Error {}

/** An API server over plain HTTP, without retries. */
export interface PlainApi {
  send(method: string, path: string, body?: Json, contentType?: string): Promise<PlainResponse>;
  close(): void;
}

const timeoutMs = 30_000;

/** Connects to the API server of a kubeconfig with client certificates. */
export async function createPlainApi(kubeconfig: string): Promise<PlainApi> {
  const config: {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  } = parse(await readFile(kubeconfig, 'utf8'));
  const cluster = config.clusters[0]?.cluster ?? {};
  const user = config.users[0]?.user ?? {};
  const pem = (data: string | undefined) => Buffer.from(data ?? '', 'base64');
  const agent = new Agent({
    keepAlive: true,
    ca: pem(cluster['certificate-authority-data']),
    cert: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
  });
  return {
    close: () => agent.destroy(),
    send: (method, path, body, contentType = 'application/json') =>
      new Promise((resolve, reject) => {
        const call = request(new URL(path, cluster['server']), {
          method,
          agent,
          headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) },
          signal: AbortSignal.timeout(timeoutMs),
        });
        call.on('error', (error) => reject(wasNotSent(error) ? new NotSentError(error.message) : error));
        call.on('response', (response) => void readAnswer(response).then(resolve, reject));
        call.end(body === undefined ? undefined : JSON.stringify(body));
      }),
  };
}

async function readAnswer(response: IncomingMessage): Promise<PlainResponse> {
  const content = await text(response);
  const read: unknown = content === '' ? {} : JSON.parse(content);
  const retryAfter = Number(response.headers['retry-after']);
  return {
    code: response.statusCode ?? 0,
    body: isMap(read) ? read : {},
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
  };
}

function wasNotSent(error: Error): boolean {
  return 'code' in error && error.code === 'ECONNREFUSED';
}
