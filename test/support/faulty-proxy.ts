import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type http from 'node:http';
import https from 'node:https';
import { parse, stringify } from 'yaml';
import { localhostCertificate } from './localhost-certificate.ts';
import { statusOf } from './scripted-api-server.ts';

/** Responds to a watch instead of the API server. */
export type Fault = (response: http.ServerResponse) => void;

/** The response is an error. */
export function refusal(code: number, reason: string, headers: http.OutgoingHttpHeaders = {}): Fault {
  return (response) =>
    void response
      .writeHead(code, { 'Content-Type': 'application/json', ...headers })
      .end(JSON.stringify(statusOf(code, reason)));
}

/** The watch begins, its first event is an error, and then it ends like a watch of the API server. */
export function errorEvent(code: number, reason: string): Fault {
  return (response) =>
    void response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end(`${JSON.stringify({ type: 'ERROR', object: statusOf(code, reason) })}\n`);
}

/** The connection is reset before the response. */
export const resetBeforeAnswer: Fault = (response) => void response.destroy();

/** The watch begins, and the connection is closed in the middle of an event. */
export const cutInEvent: Fault = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"type":"MODIFIED","obj');
  setTimeout(() => response.destroy(), 50);
};

/** The request is read, and there is no response. */
export const noAnswer: Fault = () => undefined;

/** The response is the error page of a gateway. */
export const htmlNotFound: Fault = (response) =>
  void response
    .writeHead(404, { 'Content-Type': 'text/html' })
    .end('<html><head><title>404 Not Found</title></head><body>nginx</body></html>');

/** A request that arrived at the proxy. */
export interface ProxiedRequest {
  method: string;
  path: string;
  isWatch: boolean;
}

type Matcher = (request: ProxiedRequest) => boolean;

/** A watch that the proxy forwards. */
interface ForwardedWatch {
  request: ProxiedRequest;
  response: http.ServerResponse;
  answer?: http.IncomingMessage;
}

/** A proxy for an API server. It can respond to requests with a fault or swallow watches, and forwards all other requests. */
export class FaultyProxy {
  readonly #target: URL;
  readonly #agent: https.Agent;
  /** Credentials are not sent in clear text, so the proxy has a certificate too. */
  readonly #certificate = localhostCertificate();
  readonly #server = https.createServer(
    { key: this.#certificate.key, cert: this.#certificate.cert },
    (request, response) => this.#answer(request, response),
  );
  readonly #open = new Set<ForwardedWatch>();
  #intercepted: { matches: Matcher; fault: Fault } | undefined;
  #frozen: Matcher | undefined;
  #fault: Fault | undefined;
  #times = 0;
  /** Maps the client and the URL of a watch to the number of its faults. */
  #faultCounts = new Map<string, number>();

  /** `target` is the URL of the API server, `authority` the certificate (PEM) of its authority. */
  constructor(target: string, authority: string) {
    this.#target = new URL(target);
    this.#agent = new https.Agent({ keepAlive: true, ca: authority });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `https://127.0.0.1:${address.port}`;
  }

  /** The content of a kubeconfig file with the URL of this proxy. */
  async kubeconfig(path: string): Promise<string> {
    const config: { clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[] } = parse(
      await readFile(path, 'utf8'),
    );
    for (const { cluster } of config.clusters) {
      cluster.server = this.url;
      cluster['certificate-authority-data'] = Buffer.from(this.#certificate.authority).toString('base64');
    }
    return stringify(config);
  }

  /** Closes every open watch. Each watch then gets the fault so many times before it is forwarded again. */
  breakWatches(fault: Fault, times: number): void {
    this.#fault = fault;
    this.#times = times;
    this.#faultCounts = new Map();
    for (const { response } of this.#open) response.destroy();
  }

  /** Responds with the fault to all requests that match, from now on, and closes the watches that match. */
  intercept(matches: Matcher, fault: Fault): void {
    this.#intercepted = { matches, fault };
    for (const { request, response } of this.#open) if (matches(request)) response.destroy();
  }

  /** Forwards all requests again. */
  passAll(): void {
    this.#intercepted = undefined;
  }

  /** From now on, nothing arrives any more on the open watches that match. They stay open. Returns how many there are. */
  freezeWatches(matches: Matcher): number {
    const frozen = [...this.#open].filter(({ request }) => matches(request));
    for (const { answer, response } of frozen) answer?.unpipe(response).resume();
    return frozen.length;
  }

  /** Like `freezeWatches`, and nothing arrives on watches that are opened later either, until `thaw`. */
  freezeWatchesUntilThaw(matches: Matcher): number {
    this.#frozen = matches;
    return this.freezeWatches(matches);
  }

  /** Closes the watches that are frozen until now. Watches that are opened later are forwarded. */
  thaw(): void {
    const frozen = this.#frozen;
    this.#frozen = undefined;
    for (const { request, response } of this.#open) if (frozen?.(request) === true) response.destroy();
  }

  /** The user agents whose watches got the fault since `breakWatches`. */
  affectedClients(): Set<string> {
    return new Set([...this.#faultCounts.keys()].map((key) => key.split(' ', 1)[0] ?? ''));
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', this.#target);
    const { method = '' } = request;
    const isWatch = url.searchParams.get('watch') === 'true';
    const proxied = { method, path: url.pathname, isWatch };
    const watch: ForwardedWatch = { request: proxied, response };
    if (this.#intercepted?.matches(proxied) === true) {
      request.resume();
      this.#intercepted.fault(response);
      return;
    }
    if (isWatch) {
      const fault = this.#next(
        `${request.headers['user-agent'] ?? ''} ${url.pathname} ${url.search.replace(/timeoutSeconds=\d+|resourceVersion=\d+/g, '')}`,
      );
      if (fault !== undefined) {
        fault(response);
        return;
      }
      this.#open.add(watch);
      response.once('close', () => this.#open.delete(watch));
    }
    const onward = https.request(url, { method, headers: { ...request.headers, host: url.host }, agent: this.#agent });
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.on('error', () => response.destroy());
      watch.answer = answer;
      if (isWatch && this.#frozen?.(proxied) === true) answer.resume();
      else answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  }

  #next(watch: string): Fault | undefined {
    const faults = this.#faultCounts.get(watch) ?? 0;
    if (this.#fault === undefined || faults >= this.#times) return undefined;
    this.#faultCounts.set(watch, faults + 1);
    return this.#fault;
  }
}
