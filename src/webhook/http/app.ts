import type { ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { admit, type AdmitOptions, type Decide } from '../admit.ts';
import { NotAReview, readReview } from '../review/review.ts';
import { BodyAborted, BodyRefused, maxBodyBytes, readJsonBody } from './body.ts';

export interface WebhookAppOptions extends AdmitOptions {
  decide: { mutate: Decide; validate: Decide };
  /** When to respond that no decision was made in time. */
  deadlineMs: number;
  /** Whether the server is stopping: then responses ask clients to close their connection. */
  isStopping: () => boolean;
}

/** The share of the API server's timeout that a decision may take: 4 of 5 seconds. */
const shareOfTimeout = 0.8;

/** The routes of the webhook: `POST /mutate` and `POST /validate`. */
export function createWebhookApp(options: WebhookAppOptions): Express {
  const { decide, deadlineMs, log, isStopping } = options;
  const app = express();
  for (const feature of ['x-powered-by', 'etag', 'query parser']) app.disable(feature);
  app.enable('case sensitive routing').enable('strict routing');
  for (const [path, decider] of Object.entries({ '/mutate': decide.mutate, '/validate': decide.validate })) {
    app.post(path, async (request, response) => {
      const review = readReview(await readJsonBody(request, maxBodyBytes));
      const body = await admit(review, decider, Math.min(deadlineMs, deadlineOf(request.url)), options);
      send(response, 200, 'application/json', body);
    });
    app.all(path, (_, response) => {
      response.setHeader('Allow', 'POST');
      send(response, 405, 'text/plain', 'method not allowed: POST an AdmissionReview\n');
    });
  }
  app.use((_, response) => send(response, 404, 'text/plain', 'not found: the paths are /mutate and /validate\n'));
  // Express recognizes an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof BodyAborted) return;
    const { status, message } = rejectionOf(error);
    const fields = { method: request.method, path: request.path, status };
    if (status === 500) log.error({ ...fields, err: error }, 'request failed');
    else log.info({ ...fields, why: message }, 'request rejected');
    if (!response.headersSent) send(response, status, 'text/plain', `${message}\n`);
  });
  return app;

  function send(response: ServerResponse, status: number, type: string, text: string): void {
    if (isStopping()) response.setHeader('Connection', 'close');
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
  }
}

/** The deadline in milliseconds that an API server sends as `?timeout=5s`, from the webhook configuration; Infinity if it sends none. */
function deadlineOf(url: string): number {
  const seconds = /[?&]timeout=(\d{1,3})s(?:&|$)/.exec(url)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1000 * shareOfTimeout;
}

/** The response to a request that is not a valid review. */
function rejectionOf(error: unknown): { status: number; message: string } {
  if (error instanceof NotAReview) return { status: 400, message: error.message };
  if (error instanceof BodyRefused) return { status: error.status, message: error.message };
  return { status: 500, message: 'mooring failed' };
}
