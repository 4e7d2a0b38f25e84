import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import express, { type NextFunction, type Request, type Response } from 'express';
import { admit, type AdmitOptions, type Decide } from '../admit.ts';
import { BodyAborted, BodyRefused, MAX_BODY_BYTES, readJsonBody } from './body.ts';
import { drain, trackSockets } from './drain.ts';
import { NotAReview, readReview } from '../review/review.ts';

export interface WebhookServerOptions extends AdmitOptions {
  decide: { mutate: Decide; validate: Decide };
  /** When to answer that no decision came about; the default leaves a second of `timeoutSeconds: 5`. */
  deadlineMs?: number;
  /** How long to go on serving once told to stop. */
  drainMs?: number;
  /** Milliseconds since the epoch, with fractions: durations and the validity of the certificate are read off it. */
  now: () => number;
}

/** A certificate chain and its key, in PEM. */
export interface ServingCertificate {
  cert: string;
  key: string;
}

export interface WebhookServer {
  /** Resolves once it accepts connections, which is not before there is a certificate. */
  listen(port: number, host?: string): Promise<void>;
  /** Takes effect for connections from now on. Throws if key and certificate do not fit, and keeps the one it had. */
  setCertificate(certificate: ServingCertificate): void;
  /** Why it is not to be called, one line each; empty while it is ready. */
  whyNotServing(): string[];
  isServing(): boolean;
  /** Not serving from now on; resolves when the last connection is closed. Lost is no call. */
  drain(): Promise<void>;
  address(): AddressInfo;
}

/** The share of the API server's own timeout that may pass before the answer: 4 of 5 seconds. */
const SHARE_OF_TIMEOUT = 0.8;

/**
 * API servers keep a connection idle for 90 s (Go's default transport) and do not repeat a POST that meets a closed
 * one, so the server must be the one who waits longer. A review takes milliseconds to arrive, 10 s is ample.
 */
const TIMEOUTS = {
  keepAliveTimeout: 120_000,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  handshakeTimeout: 10_000,
};

/** The admission webhook: `POST /mutate` and `POST /validate` over TLS. It starts nothing until told to listen. */
export function createWebhookServer(options: WebhookServerOptions): WebhookServer {
  const { decide, deadlineMs = 4000, drainMs = 5000, log, now } = options;
  let validity: { from: number; to: number } | undefined;
  let drained: Promise<void> | undefined;
  const certified = Promise.withResolvers<void>();

  const app = express();
  for (const feature of ['x-powered-by', 'etag', 'query parser']) app.disable(feature);
  app.enable('case sensitive routing').enable('strict routing');
  for (const [path, decider] of Object.entries({ '/mutate': decide.mutate, '/validate': decide.validate })) {
    app.post(path, async (request, response) => {
      const review = readReview(await readJsonBody(request, MAX_BODY_BYTES));
      const answer = await admit(review, decider, Math.min(deadlineMs, shareOfTimeout(request.url)), options);
      send(response, 200, 'application/json', answer);
    });
    app.all(path, (_, response) => {
      response.setHeader('Allow', 'POST');
      send(response, 405, 'text/plain', 'method not allowed: POST an AdmissionReview\n');
    });
  }
  app.use((_, response) => send(response, 404, 'text/plain', 'not found: there are /mutate and /validate\n'));
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof BodyAborted) return;
    const { status, message } = rejectionOf(error);
    const fields = { method: request.method, path: request.path, status };
    if (status === 500) log.error({ ...fields, err: error }, 'request failed');
    else log.info({ ...fields, why: message }, 'request rejected');
    if (!response.headersSent) send(response, status, 'text/plain', `${message}\n`);
  });

  const server = Object.assign(createServer({ handshakeTimeout: TIMEOUTS.handshakeTimeout }, app), TIMEOUTS);
  const sockets = trackSockets(server);
  server.on('tlsClientError', (err) => log.debug({ err }, 'no TLS connection came about'));

  function send(response: ServerResponse, status: number, type: string, text: string): void {
    if (stopping()) response.setHeader('Connection', 'close');
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
  }

  function stopping(): boolean {
    return drained !== undefined;
  }

  function whyNotServing(): string[] {
    if (stopping()) return ['webhook: shutting down'];
    if (validity === undefined) return ['webhook: no certificate yet'];
    if (now() < validity.from || now() >= validity.to) return ['webhook: the certificate is not valid now'];
    return server.listening ? [] : ['webhook: not listening yet'];
  }

  return {
    async listen(port, host) {
      await certified.promise;
      if (stopping()) return;
      server.listen(port, host);
      await once(server, 'listening');
      // Told to stop while the host was being looked up.
      if (stopping()) server.close();
    },
    setCertificate({ cert, key }) {
      const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
      // Throws on what does not fit; the server itself would be left half changed.
      createSecureContext(context);
      const { validFromDate, validToDate } = new X509Certificate(cert);
      server.setSecureContext(context);
      validity = { from: validFromDate.getTime(), to: validToDate.getTime() };
      certified.resolve();
    },
    whyNotServing,
    isServing: () => whyNotServing().length === 0,
    drain() {
      drained ??= drain(server, sockets, { drainMs, graceMs: deadlineMs + 1000 });
      // Whoever still waits to listen need not wait for a certificate any more.
      certified.resolve();
      return drained;
    },
    address() {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the webhook is not listening');
      return address;
    },
  };
}

/** API servers call with `?timeout=5s`, what the webhook configuration says; without it there is no limit. */
function shareOfTimeout(url: string): number {
  const seconds = /[?&]timeout=(\d{1,3})s(?:&|$)/.exec(url)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1000 * SHARE_OF_TIMEOUT;
}

/** What to tell whoever sent a request that never became a review. */
function rejectionOf(error: unknown): { status: number; message: string } {
  if (error instanceof NotAReview) return { status: 400, message: error.message };
  if (error instanceof BodyRefused) return { status: error.status, message: error.message };
  return { status: 500, message: 'mooring failed' };
}
