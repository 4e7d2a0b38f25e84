import { isMap, stringAt, type Json, type JsonMap } from './json.ts';
import { NotSentError, type PlainResponse } from './plain-api.ts';
import type { Reply } from './edit.ts';
import type { WriterContext } from './target.ts';

/** Sends a request once and interprets the response. Never throws. */
export async function sendOnce(
  { api }: WriterContext,
  method: string,
  path: string,
  body: Json,
  type?: string,
): Promise<Reply> {
  try {
    return interpretResponse(await api.send(method, path, body, type));
  } catch (error) {
    if (error instanceof NotSentError) return { code: 'unreachable', outcome: 'refused', isUnavailable: true };
    return { code: 'no response', outcome: 'unknown', isUnavailable: true };
  }
}

function interpretResponse({ code, body, retryAfter }: PlainResponse): Reply {
  if (code < 300) return { code, outcome: 'accepted', object: body };
  if (code === 429) return { code, outcome: 'refused', retryAfter: retryAfter ?? 1 };
  // The API server calls the webhook before it stores an object.
  const webhookAway = stringAt(body, 'message').includes('failed calling webhook');
  if (webhookAway) return { code, outcome: 'refused', isUnavailable: true };
  return code < 500 ? { code, outcome: 'refused' } : { code, outcome: 'unknown', isUnavailable: true };
}

/** Runs kubectl once with `-o json` and interprets its result. kubectl itself tries again after a 429. */
export async function runKubectlOnce(workshop: WriterContext, args: string[], input?: string): Promise<Reply> {
  const { code, stdout, stderr } = await workshop.kubectl([...args, '-n', workshop.namespace, '-o', 'json'], input);
  if (code === 0) return { code: 200, outcome: 'accepted', object: parseObject(stdout) };
  if (stderr.includes('failed calling webhook')) return { code: 500, outcome: 'refused', isUnavailable: true };
  if (stderr.includes('(NotYetRecorded)')) return { code: 429, outcome: 'refused' };
  if (/Error from server \((?:Invalid|Forbidden|Conflict|BadRequest)\)|is invalid:|denied the request/.test(stderr)) {
    return { code: 'refused', outcome: 'refused' };
  }
  return { code: 'no response', outcome: 'unknown', isUnavailable: true };
}

function parseObject(text: string): JsonMap {
  const value: unknown = JSON.parse(text);
  if (!isMap(value)) throw new Error(`kubectl printed ${text}`);
  return value;
}
