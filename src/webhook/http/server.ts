import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { createWebhookApp, type WebhookAppOptions } from './app.ts';
import { drain, trackSockets } from './drain.ts';

export interface WebhookServerOptions extends Omit<WebhookAppOptions, 'deadlineMs' | 'isStopping' | 'acceptsSegment'> {
  /** When to respond that no decision was made in time; the default leaves a second of `timeoutSeconds: 5`. */
  deadlineMs?: number;
  /** How long to continue serving after the call of `drain`. */
  drainMs?: number;
  /** Milliseconds since the epoch, with fractions: for durations and the validity of the certificate. */
  now: () => number;
}

/** A certificate chain and its key, in PEM. */
export interface ServingCertificate {
  cert: string;
  key: string;
}

/**
 * API servers keep an idle connection open for 90 s (Go's default transport) and do not repeat a POST that fails because the
 * connection is closed, so the server must keep it open longer. A review arrives within milliseconds; 10 s is enough.
 */
const timeouts = {
  keepAliveTimeout: 120_000,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  handshakeTimeout: 10_000,
};

/**
 * Connections of all API servers together. Each has at most 600 requests in flight by default (`--max-requests-inflight` and
 * `--max-mutating-requests-inflight`), and few of them call the webhook.
 */
const maxConnections = 1024;

/** The admission webhook over TLS. Nothing starts before `listen`. */
export class WebhookServer {
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;
  readonly #now: () => number;
  readonly #drainOptions: { drainMs: number; graceMs: number };
  readonly #certified = Promise.withResolvers<void>();
  #segments: ReadonlySet<string> = new Set();
  #validity: { from: number; to: number } | undefined;
  #drained: Promise<void> | undefined;

  constructor({ deadlineMs = 4000, drainMs = 5000, ...options }: WebhookServerOptions) {
    const { log, now } = options;
    const app = createWebhookApp({
      ...options,
      deadlineMs,
      isStopping: () => this.#isStopping(),
      acceptsSegment: (segment) => this.#segments.has(segment),
    });
    this.#server = Object.assign(createServer({ handshakeTimeout: timeouts.handshakeTimeout }, app), timeouts);
    this.#server.maxConnections = maxConnections;
    this.#server.on('tlsClientError', (err) => log.debug({ err }, 'TLS handshake failed'));
    this.#sockets = trackSockets(this.#server);
    this.#now = now;
    this.#drainOptions = { drainMs, graceMs: deadlineMs + 1000 };
  }

  /** Waits for a certificate, then listens. Resolves when the server accepts connections. */
  async listen(port: number, host?: string): Promise<void> {
    await this.#certified.promise;
    if (this.#isStopping()) return;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    // `drain` may have been called while the host was resolved.
    if (this.#isStopping()) this.#server.close();
  }

  /** Sets the certificate for new connections. Throws and keeps the previous one if key and certificate do not match. */
  setCertificate({ cert, key }: ServingCertificate): void {
    const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
    // Throws if they do not match. `setSecureContext` would throw too, but leave the server half changed.
    createSecureContext(context);
    const { validFromDate, validToDate } = new X509Certificate(cert);
    this.#server.setSecureContext(context);
    this.#validity = { from: validFromDate.getTime(), to: validToDate.getTime() };
    this.#certified.resolve();
  }

  /** Sets the segments with which paths may end. Requests to all other paths are answered with 404. */
  setSegments(segments: readonly string[]): void {
    this.#segments = new Set(segments);
  }

  /** The reasons why it is not ready, one line each; empty if it is ready. */
  whyNotServing(): string[] {
    if (this.#isStopping()) return ['webhook: shutting down'];
    if (this.#validity === undefined) return ['webhook: no certificate yet'];
    if (this.#segments.size === 0) return ['webhook: no path yet'];
    const now = this.#now();
    if (now < this.#validity.from || now >= this.#validity.to) return ['webhook: the certificate is not valid now'];
    return this.#server.listening ? [] : ['webhook: not listening yet'];
  }

  isServing(): boolean {
    return this.whyNotServing().length === 0;
  }

  /** Makes the server not ready and closes it; resolves when the last connection is closed. No call is lost. */
  drain(): Promise<void> {
    this.#drained ??= drain(this.#server, this.#sockets, this.#drainOptions);
    // A pending `listen` need not wait for a certificate any more.
    this.#certified.resolve();
    return this.#drained;
  }

  address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the webhook is not listening');
    return address;
  }

  #isStopping(): boolean {
    return this.#drained !== undefined;
  }
}
