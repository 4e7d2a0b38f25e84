import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { parseJson } from '../../api/json-text.ts';
import type { JsonValue } from '../../api/object.ts';
import type { Log } from '../../log.ts';
import { errorFromStatus } from './api-status.ts';
import { callBeforeSend } from './before-send.ts';
import { StaleConnection } from './connection.ts';
import { Connections } from './connections.ts';
import type { Access } from '../kubeconfig/access.ts';
import { createCredentials, CredentialsUnavailable, type Credentials } from '../kubeconfig/credentials.ts';
import { defaultPluginLimits, type PluginLimits } from '../kubeconfig/exec-plugin.ts';
import type { KubeConfig } from '../kubeconfig/kube-config.ts';
import { Deadline } from './deadline.ts';
import { ApiError, type RequestedObject, ResponseTooLarge, ServerUnreachable, UnreadableResponse } from './errors.ts';
import { sleep } from '../sleep.ts';
import { warningTexts } from './warning-header.ts';

/** One request. `what` is the beginning of each error message: verb, resource and key. */
interface ApiRequest {
  what: string;
  method: string;
  path: string;
  /** The object that the request is about, if it is about one. A 404 about another object does not mean that this one is missing. */
  requested?: RequestedObject;
  /** Undefined values are omitted. */
  query?: Record<string, string | undefined>;
  body?: unknown;
  accept?: string;
  contentType?: string;
  /** A response with more bytes throws ResponseTooLarge. */
  maxBytes?: number | undefined;
  /** Called with the number of bytes of a successful response. */
  onBytes?: (bytes: number) => void;
  /** Whether the request may be repeated, because a second one changes nothing. The default is true for GET. */
  idempotent?: boolean;
  /** Whether the response may be large, so that its deadline is extended as long as data arrives. */
  large?: boolean;
  signal?: AbortSignal | undefined;
  beforeSend?: (() => void) | undefined;
  onWarning?: ((text: string) => void) | undefined;
}

export interface Transport {
  /** The response body, parsed if its content type is JSON, else as a string. Throws ApiError and ServerUnreachable. */
  json(request: ApiRequest): Promise<JsonValue>;
  /** The response body of a watch as it arrives. The server ends the watch after a random time (`timeoutSeconds`). */
  stream(request: ApiRequest): AsyncIterable<Uint8Array>;
}

/** Timeouts in ms. */
export interface TransportTimeouts {
  /**
   * For a whole request without its credentials, to the last byte of its response. For a watch, until the response begins. For a
   * page of a list, until the response begins, and then without any data.
   */
  request: number;
  /** For a whole page of a list. */
  page: number;
  /** The server ends a watch after at least this time and at most twice this time. client-go uses 5 minutes, too. */
  watch: number;
  /** How long a watch may be silent, in addition to the time after which the server ends it. */
  watchSlack: number;
  /** For a credential plugin. They count before the time of a request, because a login may take minutes. */
  plugin: PluginLimits;
}

const defaultTimeouts: TransportTimeouts = {
  request: 30_000,
  page: 300_000,
  watch: 300_000,
  watchSlack: 30_000,
  plugin: defaultPluginLimits,
};
/** A request is sent at most this many times. */
const maxTries = 4;
/** Seconds. If the server requests a longer wait, the request fails, and the backoff of the caller applies. */
const longestRetryAfter = 10;

export interface TransportOptions {
  log: Log;
  userAgent: string;
  timeouts?: Partial<TransportTimeouts> | undefined;
  /** Called with one line if renewed credentials are not saved. The default is to log it. */
  warn?: ((text: string) => void) | undefined;
}

/** Creates the HTTP transport to the current cluster of `config`. */
export function createTransport(config: KubeConfig, options: TransportOptions): Transport {
  const { log, userAgent, timeouts, warn = (text) => log.warn({}, text) } = options;
  const { request: requestMs, page: pageMs, watch: watchMs, watchSlack, plugin } = { ...defaultTimeouts, ...timeouts };
  const credentials = createCredentials(config, { plugin, warn });
  const sender: Sender = { connections: new Connections(), userAgent };

  const attempt = async (request: ApiRequest): Promise<JsonValue> => {
    const access = await accessFor(request, credentials);
    using limit = new Deadline(requestMs, request.signal);
    try {
      const response = await open(sender, access, request, limit.signal);
      if (request.large !== true) return await readJson(request, response);
      const end = performance.now() + pageMs;
      return await readJson(request, response, () => limit.extend(Math.min(requestMs, end - performance.now())));
    } catch (error) {
      throw wrapError(request.what, error, limit, request.signal);
    }
  };

  return {
    async json(request) {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(request);
        } catch (error) {
          const waitMs = tries < maxTries ? retryAfterMs(request, error, tries, credentials) : undefined;
          if (waitMs === undefined) throw error;
          log.debug({ err: error, tries, waitMs }, 'sending a request again');
          await sleep(waitMs, request.signal);
          request.signal?.throwIfAborted();
        }
      }
    },

    async *stream(request) {
      const access = await accessFor(request, credentials);
      using limit = new Deadline(requestMs, request.signal);
      // The times are random, so that watches do not restart together and spread over the API servers.
      const timeoutSeconds = Math.ceil((watchMs / 1000) * (1 + Math.random()));
      const query = { ...request.query, timeoutSeconds: String(timeoutSeconds) };
      let response: Dispatcher.ResponseData | undefined;
      try {
        response = await open(sender, access, { ...request, query }, limit.signal);
        limit.extend(timeoutSeconds * 1000 + watchSlack);
        for await (const chunk of response.body) {
          limit.extend(timeoutSeconds * 1000 + watchSlack);
          // The type of a chunk is any; without an encoding it is a Buffer.
          const bytes: Buffer = chunk;
          yield bytes;
        }
      } catch (error) {
        if (error instanceof ApiError && error.code === 401) credentials.refresh();
        throw wrapError(request.what, error, limit, request.signal);
      } finally {
        response?.body.destroy();
      }
    },
  };
}

/** What all requests are sent with. */
interface Sender {
  connections: Connections;
  userAgent: string;
}

/** The server and the identity for a request. A credential plugin has time limits of its own. */
async function accessFor({ what, signal }: ApiRequest, credentials: Credentials): Promise<Access> {
  const access = credentials.current();
  try {
    return await (signal === undefined ? access : untilAborted(access, signal));
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (!(error instanceof CredentialsUnavailable)) throw error;
    throw new ServerUnreachable(`${what}: ${error.message}`, { cause: error });
  }
}

/** Sends the request; resolves with a successful response whose body is not read yet. */
async function open(
  sender: Sender,
  access: Access,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const url = urlOf(access.server, request);
  const dispatcher = sender.connections.to(access);
  const { beforeSend } = request;
  const sending = (beforeSend === undefined ? dispatcher : dispatcher.compose(callBeforeSend(beforeSend))).request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers: headersOf(access, sender.userAgent, request),
    body: request.body === undefined ? null : JSON.stringify(request.body),
    signal,
  });
  // undici ignores the signal while it connects.
  const response = await untilAborted(sending, signal);
  for (const text of warningTexts(headerValues(response, 'warning'))) request.onWarning?.(text);
  const code = response.statusCode;
  if (code >= 200 && code < 300) return response;
  const retryAfter = Number.parseInt(headerValues(response, 'retry-after')[0] ?? '', 10);
  const body = jsonOrText(await readText(response));
  throw errorFromStatus(request.what, code, body, {
    retryAfter: Number.isNaN(retryAfter) ? undefined : retryAfter,
    requested: request.requested,
  });
}

function headersOf(access: Access, userAgent: string, request: ApiRequest): Record<string, string | string[]> {
  return {
    ...access.headers,
    'User-Agent': userAgent,
    Accept: request.accept ?? 'application/json',
    ...(request.body === undefined ? {} : { 'Content-Type': request.contentType ?? 'application/json' }),
  };
}

function headerValues({ headers }: Dispatcher.ResponseData, name: string): string[] {
  return [headers[name] ?? []].flat();
}

/** The result of `promise`, or a rejection as soon as `signal` is aborted. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    signal.throwIfAborted();
  });
}

function urlOf(server: URL, { path, query = {} }: ApiRequest): URL {
  // The URL of a server behind a gateway has a path.
  const url = new URL(server.pathname.replace(/\/$/, '') + path, server);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

/** The body of a response, after which the connection is free for the next request. */
async function readText(
  response: Dispatcher.ResponseData,
  read: () => Promise<string> = () => response.body.text(),
): Promise<string> {
  const text = await read();
  // undici frees the connection in the next turn of the event loop. A request that is sent earlier opens another one.
  await setImmediate();
  return text;
}

/** Reads a response that may take long, or may be larger than the memory of the process allows. */
async function readInParts(
  { what, maxBytes = Infinity }: ApiRequest,
  { body }: Dispatcher.ResponseData,
  onData: () => void,
): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    onData();
    // The type of a chunk is any; without an encoding it is a Buffer.
    const bytes: Buffer = chunk;
    length += bytes.length;
    // Leaving the loop destroys the body, so the rest is not received.
    if (length > maxBytes) throw new ResponseTooLarge(`${what}: the response has more than ${maxBytes} bytes`);
    parts.push(decoder.decode(bytes, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}

async function readJson(
  request: ApiRequest,
  response: Dispatcher.ResponseData,
  onData?: () => void,
): Promise<JsonValue> {
  const text = await readText(
    response,
    onData === undefined ? undefined : () => readInParts(request, response, onData),
  );
  request.onBytes?.(Buffer.byteLength(text));
  if (!headerValues(response, 'content-type').some((type) => type.includes('json'))) return text;
  const parsed: JsonValue = parseJson(text);
  return parsed;
}

/** The body of an error response. It stays an error response if its body is not JSON. */
function jsonOrText(text: string): JsonValue {
  try {
    const parsed: JsonValue = parseJson(text);
    return parsed;
  } catch {
    return text;
  }
}

/** Wraps the errors of a broken connection in ServerUnreachable. Other errors stay unchanged. */
function wrapError(what: string, error: unknown, limit: Deadline, caller: AbortSignal | undefined): unknown {
  if (caller?.aborted === true) return caller.reason;
  if (limit.signal.aborted) {
    const message = `${what}: no response from the API server for ${limit.seconds} s`;
    return new ServerUnreachable(message, { cause: error, timedOut: true });
  }
  if (error instanceof SyntaxError)
    return new UnreadableResponse(`${what}: the response is not JSON`, { cause: error });
  const broken = error instanceof StaleConnection || (error instanceof Error && 'code' in error);
  if (error instanceof ApiError || !broken) return error;
  return new ServerUnreachable(`${what}: ${error.message}`, { cause: error });
}

/** Ms to wait before the same request is sent again; undefined if it must not be sent again. */
function retryAfterMs(
  { idempotent, method, signal }: ApiRequest,
  error: unknown,
  tries: number,
  credentials: Credentials,
): number | undefined {
  if (signal?.aborted === true) return undefined;
  if (error instanceof ApiError && error.code === 401 && tries === 1) {
    // A request with response 401 has no effect, so it may be repeated with any verb, with credentials that are read again.
    credentials.refresh();
    return 0;
  }
  if (!(idempotent ?? method === 'GET')) return undefined;
  if (error instanceof ServerUnreachable && error.cause instanceof StaleConnection) return 0;
  if (!(error instanceof ApiError) || error.code !== 429) return undefined;
  const seconds = error.details?.retryAfterSeconds;
  return seconds === undefined || seconds > longestRetryAfter ? undefined : seconds * 1000;
}
