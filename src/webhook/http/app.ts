import type { ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { refuseOutOfBounds } from '../../domain/admission/decide.ts';
import { tooLarge } from '../../domain/admission/object-bounds.ts';
import { admit, TooManyReviews, type AdmitOptions, type Decide } from '../admit.ts';
import { Deadline } from '../deadline.ts';
import { NotAReview, readReview } from '../review/review.ts';
import { readReviewHead, tooLargeObject } from '../review/review-head.ts';
import { BodyAborted, BodyRefused, checkJsonHeaders, declaredBytes, maxBodyBytes, readBody } from './body.ts';
import { ReviewBudget } from './byte-budget.ts';

export interface WebhookAppOptions extends AdmitOptions {
  decide: { mutate: Decide; validate: Decide };
  /** When to respond that no decision was made in time. */
  deadlineMs: number;
  /** Whether a path may end with this segment. Only the API server and mooring know the segments. */
  acceptsSegment: (segment: string) => boolean;
  /** Whether the server is stopping: then responses ask clients to close their connection. */
  isStopping: () => boolean;
  /** The bytes that reviews in flight may have. */
  budget?: Pick<ReviewBudget, 'acquire'>;
}

/** The deadline of a request, and the milliseconds from its arrival to it. */
interface Time {
  deadline: Deadline;
  deadlineMs: number;
}

/** The objects of smaller reviews are parsed without a look at their size. */
const largeBytes = 1024 * 1024;

/** The share of the API server's timeout that a decision may take: 4 of 5 seconds. */
const shareOfTimeout = 0.8;

/** The routes of the webhook: `POST /mutate/<segment>` and `POST /validate/<segment>`. Everything else is not found. */
export function createWebhookApp(options: WebhookAppOptions): Express {
  const { decide, deadlineMs, log, isStopping, now, acceptsSegment, budget = new ReviewBudget() } = options;
  const app = express();
  for (const feature of ['x-powered-by', 'etag', 'query parser']) app.disable(feature);
  app.enable('case sensitive routing').enable('strict routing');
  app.use(async (request, response, next) => {
    const [, action, segment = '', ...rest] = request.path.split('/');
    const decider = action === 'mutate' || action === 'validate' ? decide[action] : undefined;
    if (decider === undefined || rest.length > 0 || !acceptsSegment(segment)) return next();
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      return send(response, 405, 'text/plain', 'method not allowed: POST an AdmissionReview\n');
    }
    const startedMs = now();
    const limitMs = Math.min(deadlineMs, deadlineOf(request.url));
    checkJsonHeaders(request);
    const release = await budget.acquire(declaredBytes(request, maxBodyBytes), limitMs);
    const deadline = new Deadline(Math.max(0, Math.round(limitMs + startedMs - now())));
    try {
      const time = { deadline, deadlineMs: limitMs };
      const body = await (release === undefined ? refuseForLoad(request, time) : respond(request, decider, time));
      send(response, 200, 'application/json', body);
    } finally {
      deadline.end();
      release?.();
    }
  });
  app.use((_, response) => send(response, 404, 'text/plain', 'not found\n'));
  // Express recognizes an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof BodyAborted) return;
    const { status, message } = rejectionOf(error);
    // The client of an API server retries within its own timeout.
    if (status === 503) response.setHeader('Retry-After', '1');
    // The rest of the path is a secret.
    const fields = { method: request.method, action: request.path.split('/')[1], status };
    if (status === 500) log.error({ ...fields, err: error }, 'request failed');
    else log.info({ ...fields, why: message }, 'request rejected');
    if (!response.headersSent) send(response, status, 'text/plain', `${message}\n`);
  });
  return app;

  /** The response to a request for which there is memory. Throws `NotAReview`, `BodyRefused` or `BodyAborted`. */
  async function respond(request: Request, decider: Decide, time: Time): Promise<string> {
    // A client that sends nothing must not keep the memory that is reserved for it.
    const { body, bytes } = await time.deadline.orElse(readBody(request, maxBodyBytes), () => request.destroy());
    const head = bytes > largeBytes ? readReviewHead(body) : undefined;
    const objectBytes = head === undefined ? undefined : tooLargeObject(head, body, bytes);
    if (head !== undefined && objectBytes !== undefined) {
      const refusal = refuseOutOfBounds([tooLarge(objectBytes)]);
      return admit(head.review, () => Promise.resolve(refusal), time, options);
    }
    if (bytes > maxBodyBytes) throw new BodyRefused(413, `the body has ${bytes} bytes, more than ${maxBodyBytes}`);
    return admit(readReview(body), decider, time, options);
  }

  /** The response to a request for which there is no memory. It is read without being kept. */
  async function refuseForLoad(request: Request, time: Time): Promise<string> {
    const head = readReviewHead((await readBody(request, 0)).body);
    if (head === undefined) throw new TooManyReviews();
    return admit(head.review, () => Promise.reject(new TooManyReviews()), time, options);
  }

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
  if (error instanceof TooManyReviews) return { status: 503, message: 'mooring is busy with other large requests' };
  if (error instanceof BodyRefused) return { status: error.status, message: error.message };
  return { status: 500, message: 'mooring failed' };
}
