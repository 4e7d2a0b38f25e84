import http from 'node:http';
import https from 'node:https';
import { TLSSocket } from 'node:tls';
import type { JsonValue } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import { errorFromStatus } from './api-status.ts';
import { createCredentials, CredentialsUnavailable, type Credentials } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { ApiError, ServerUnreachable, UnreadableAnswer } from './errors.ts';
import type { KubeConfig } from './kube-config.ts';
import { sleep } from '../cache/sleep.ts';
import { warningTexts } from './warning-header.ts';

/** One call. `what` opens each error message: verb, resource and key. */
interface ApiRequest {
  what: string;
  method: string;
  path: string;
  /** Undefined values are left out. */
  query?: Record<string, string | undefined>;
  body?: unknown;
  accept?: string;
  contentType?: string;
  /** Done twice it is as if done once, so it may be sent again; true for GET. */
  idempotent?: boolean;
  signal?: AbortSignal | undefined;
  beforeSend?: (() => void) | undefined;
  onWarning?: ((text: string) => void) | undefined;
}

export interface Transport {
  /** The answer as JSON, or as text where it is none. Throws ApiError and ServerUnreachable. */
  json(request: ApiRequest): Promise<JsonValue>;
  /** The answer of a watch as it arrives; the server is asked to end it by `timeoutSeconds`. */
  stream(request: ApiRequest): AsyncIterable<Uint8Array>;
}

/** In ms. */
export interface TransportTimeouts {
  /** From the first byte sent to the last received; for watches until the answer begins. */
  request: number;
  /** When a watch is to end, at the earliest; at the latest after twice this. client-go has 5 minutes, too. */
  watch: number;
  /** How long after its own end a watch may stay silent before it is cut. */
  watchSlack: number;
}

const DEFAULT_TIMEOUTS: TransportTimeouts = { request: 30_000, watch: 300_000, watchSlack: 30_000 };
/** How often a call is sent at most. */
const TRIES = 4;
/** Seconds. A server that wants us away for longer is left to the caller's own back-off. */
const LONGEST_RETRY_AFTER = 10;

export interface TransportOptions {
  log: Log;
  userAgent: string;
  timeouts?: Partial<TransportTimeouts> | undefined;
}

/** HTTP to the current cluster of `config`. */
export function createTransport(config: KubeConfig, { log, userAgent, timeouts }: TransportOptions): Transport {
  const { request: requestMs, watch: watchMs, watchSlack } = { ...DEFAULT_TIMEOUTS, ...timeouts };
  const credentials = createCredentials(config);

  const attempt = async (request: ApiRequest): Promise<JsonValue> => {
    using limit = new Deadline(requestMs, request.signal);
    try {
      const response = await open(credentials, userAgent, request, limit.signal);
      return await readJson(response);
    } catch (error) {
      throw explain(request.what, error, limit, request.signal);
    }
  };

  return {
    async json(request) {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(request);
        } catch (error) {
          const waitMs = tries < TRIES ? retryAfterMs(request, error, tries, credentials) : undefined;
          if (waitMs === undefined) throw error;
          log.debug({ err: error, tries, waitMs }, 'sending a request again');
          await sleep(waitMs, request.signal);
          request.signal?.throwIfAborted();
        }
      }
    },

    async *stream(request) {
      using limit = new Deadline(requestMs, request.signal);
      // Ends at random times spread the watches over the API servers.
      const timeoutSeconds = Math.ceil((watchMs / 1000) * (1 + Math.random()));
      const query = { ...request.query, timeoutSeconds: String(timeoutSeconds) };
      let response: http.IncomingMessage | undefined;
      try {
        response = await open(credentials, userAgent, { ...request, query }, limit.signal);
        limit.extend(timeoutSeconds * 1000 + watchSlack);
        for await (const chunk of response) {
          limit.extend(timeoutSeconds * 1000 + watchSlack);
          // Node's types leave the chunks of a stream open; without an encoding they are Buffers.
          const bytes: Buffer = chunk;
          yield bytes;
        }
      } catch (error) {
        if (error instanceof ApiError && error.code === 401) credentials.refresh();
        throw explain(request.what, error, limit, request.signal);
      } finally {
        response?.destroy();
      }
    },
  };
}

/** A kept connection turned out to be closed by the server: what was sent on it was not read. */
class StaleConnection extends Error {}

/** Sends the request; resolves with a successful answer whose body is still to come. */
async function open(
  credentials: Credentials,
  userAgent: string,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  // A plugin that hangs must not outlast the deadline.
  const { server, agent, headers, auth } = await untilAborted(credentials.current(), signal);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const options: https.RequestOptions = {
    method: request.method,
    agent,
    signal,
    ...(auth === undefined ? {} : { auth }),
    headers: {
      ...headers,
      'User-Agent': userAgent,
      Accept: request.accept ?? 'application/json',
      ...(body === undefined
        ? {}
        : { 'Content-Type': request.contentType ?? 'application/json', 'Content-Length': Buffer.byteLength(body) }),
    },
  };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const send = server.protocol === 'http:' ? http.request : https.request;
    const outgoing = send(urlOf(server, request), options, resolve);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(stale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    whenConnected(outgoing, () => {
      request.beforeSend?.();
      outgoing.end(body);
    });
  });
  const code = response.statusCode ?? 0;
  for (const text of warningTexts(response.headersDistinct['warning'] ?? [])) request.onWarning?.(text);
  if (code >= 200 && code < 300) return response;
  const retryAfter = Number.parseInt(response.headers['retry-after'] ?? '', 10);
  const said = jsonOrText(await readText(response));
  throw errorFromStatus(request.what, code, said, Number.isNaN(retryAfter) ? undefined : retryAfter);
}

/** Nothing is sent before `send` ends the request, so what it throws is thrown in time however long connecting took. */
function whenConnected(outgoing: http.ClientRequest, send: () => void): void {
  const sendOrFail = () => {
    try {
      send();
    } catch (error) {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) sendOrFail();
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', sendOrFail);
  });
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    signal.throwIfAborted();
    promise.then(resolve, reject);
  });
}

function urlOf(server: URL, { path, query = {} }: ApiRequest): URL {
  // A server behind a gateway has a path of its own.
  const url = new URL(server.pathname.replace(/\/$/, '') + path, server);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

async function readJson(response: http.IncomingMessage): Promise<JsonValue> {
  const text = await readText(response);
  if (!(response.headers['content-type'] ?? '').includes('json')) return text;
  const parsed: JsonValue = JSON.parse(text);
  return parsed;
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A refusal stays one, however its body is written. */
function jsonOrText(text: string): JsonValue {
  try {
    const parsed: JsonValue = JSON.parse(text);
    return parsed;
  } catch {
    return text;
  }
}

/** Ours and refusals stay as they are; the many faces of a broken connection become one. */
function explain(what: string, error: unknown, limit: Deadline, caller: AbortSignal | undefined): unknown {
  if (caller?.aborted === true) return caller.reason;
  if (limit.signal.aborted) {
    return new ServerUnreachable(`${what}: nothing came from the API server for ${limit.seconds} s`, { cause: error });
  }
  if (error instanceof SyntaxError) return new UnreadableAnswer(`${what}: the answer is no JSON`, { cause: error });
  const broken =
    error instanceof StaleConnection ||
    error instanceof CredentialsUnavailable ||
    (error instanceof Error && 'code' in error);
  if (error instanceof ApiError || !broken) return error;
  return new ServerUnreachable(`${what}: ${error.message}`, { cause: error });
}

/** How long to wait before the same call is sent again, in ms; undefined where it must not or need not be. */
function retryAfterMs(
  { idempotent, method, signal }: ApiRequest,
  error: unknown,
  tries: number,
  credentials: Credentials,
): number | undefined {
  if (signal?.aborted === true) return undefined;
  if (error instanceof ApiError && error.code === 401 && tries === 1) {
    // A 401 did nothing, so any verb may come again with credentials that are read afresh.
    credentials.refresh();
    return 0;
  }
  if (!(idempotent ?? method === 'GET')) return undefined;
  if (error instanceof ServerUnreachable && error.cause instanceof StaleConnection) return 0;
  if (!(error instanceof ApiError) || error.code !== 429) return undefined;
  const seconds = error.details?.retryAfterSeconds;
  return seconds === undefined || seconds > LONGEST_RETRY_AFTER ? undefined : seconds * 1000;
}
