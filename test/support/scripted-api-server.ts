import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeConfig } from '../../src/kube/kubeconfig/kube-config.ts';
import { loadKubeConfig } from '../../src/kube/kubeconfig/load.ts';
import { parseJson } from '../../src/api/json-text.ts';

/** A request that the server received. */
export interface ReceivedRequest {
  /** For example `GET /api/v1/configmaps`, or `WATCH /api/v1/configmaps` for a watch. */
  call: string;
  query: Record<string, string>;
  headers: http.IncomingHttpHeaders;
  /** The parsed body. Undefined if it is empty. */
  body: unknown;
  /** Resolves when the client has closed the connection, or has received the whole response. */
  closed: Promise<void>;
}

/** Responds to one request. A response that it does not end stays open. */
export type Reply = (response: http.ServerResponse, seen: ReceivedRequest) => void | Promise<void>;

/** An HTTP server with responses that a test defines. HTTP is the contract, so no part of the client is replaced. */
export class ScriptedApiServer {
  readonly #server = http.createServer((request, response) => void this.#answer(request, response));
  readonly #script = new Map<string, Reply[]>();
  readonly #awaiting: (() => void)[] = [];
  #otherwise: Reply = (response, seen) => refuse(404, 'NotFound', `not in the script: ${seen.call}`)(response, seen);
  /** All requests in their order. */
  readonly seen: ReceivedRequest[] = [];

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The configuration from a kubeconfig file with this content of `user:`. */
  async kubeConfig(user: Record<string, unknown> = { token: 'secret' }): Promise<KubeConfig> {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-kubeconfig-'));
    const kubeconfig = join(folder, 'config');
    const content = {
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'scripted', user: 'tester' } }],
      clusters: [{ name: 'scripted', cluster: { server: this.url } }],
      users: [{ name: 'tester', user }],
    };
    try {
      await writeFile(kubeconfig, JSON.stringify(content));
      return loadKubeConfig({ kubeconfig }, { environment: process.env });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** Responds to `call` with one reply after another, and then always with the last one. */
  on(call: string, ...replies: Reply[]): this {
    this.#script.set(call, replies);
    return this;
  }

  /** Responds to every call that has no reply of its own. */
  otherwise(response: Reply): this {
    this.#otherwise = response;
    return this;
  }

  /** The requests with this method and path so far. */
  calls(call: string): ReceivedRequest[] {
    return this.seen.filter((seen) => seen.call === call);
  }

  /** Waits for the `count`th request with this method and path. */
  async called(call: string, count = 1): Promise<ReceivedRequest> {
    for (;;) {
      const found = this.calls(call)[count - 1];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#awaiting.push(resolve));
    }
  }

  /** Closes every connection, like a server that is killed. */
  cutAll(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.cutAll();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const query = Object.fromEntries(url.searchParams);
    const seen: ReceivedRequest = {
      call: `${query['watch'] === 'true' ? 'WATCH' : request.method} ${url.pathname}`,
      query,
      headers: request.headers,
      body: text === '' ? undefined : parseJson(text),
      closed: new Promise((resolve) => response.once('close', () => resolve())),
    };
    this.seen.push(seen);
    const replies = this.#script.get(seen.call) ?? [];
    const next = replies.length > 1 ? replies.shift() : replies[0];
    await (next ?? this.#otherwise)(response, seen);
    for (const arrived of this.#awaiting.splice(0)) arrived();
  }
}

/** A complete response. */
export function reply(body: unknown, code = 200, headers: http.OutgoingHttpHeaders = {}): Reply {
  return (response) =>
    void response.writeHead(code, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A response that is not JSON. */
export function replyText(text: string, code = 200): Reply {
  return (response) => void response.writeHead(code, { 'Content-Type': 'text/plain' }).end(text);
}

/** Responds with the body of the request, as if it had been stored. */
export const echo: Reply = (response, seen) => reply(seen.body)(response, seen);

/** An error response with a `metav1.Status`. */
export function refuse(code: number, reason: string, message = reason, headers: http.OutgoingHttpHeaders = {}): Reply {
  return reply(statusOf(code, reason, message), code, headers);
}

export function statusOf(code: number, reason: string, message = reason): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

/** One page of a list. Like those of the API server, the items do not have `apiVersion` and `kind`. */
export function page(items: object[], metadata: { resourceVersion?: string; continue?: string } = {}): Reply {
  return reply({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '10', ...metadata }, items });
}

/** The request is read, and there is no response. */
export const silence: Reply = () => undefined;

/** The connection is reset before the response. */
export const reset: Reply = (response) => void response.destroy();

/** A watch that a test sends events to. */
export class OpenWatch {
  readonly #response: http.ServerResponse;

  constructor(response: http.ServerResponse) {
    this.#response = response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
  }

  event(type: string, object: object): this {
    return this.send(`${JSON.stringify({ type, object })}\n`);
  }

  bookmark(resourceVersion: string): this {
    return this.event('BOOKMARK', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion } });
  }

  /** Sends raw bytes. */
  send(bytes: string | Uint8Array): this {
    this.#response.write(bytes);
    return this;
  }

  /** Ends the response, as after `timeoutSeconds`. */
  end(): void {
    this.#response.end();
  }

  /** Resets the connection after the client has received everything. */
  reset(): void {
    setTimeout(() => this.#response.destroy(), 20);
  }
}

/** Opens a watch and calls `play`. Then the watch stays open without events. */
export function watching(
  play: (watch: OpenWatch, seen: ReceivedRequest) => void | Promise<void> = () => undefined,
): Reply {
  return (response, seen) => play(new OpenWatch(response), seen);
}
