import { isMap, textAt, type Json, type JsonMap } from './json.ts';
import { NeverSent, type Answer } from './plain-api.ts';
import type { Reply } from './edit.ts';
import type { Workshop } from './target.ts';

/** Sends a request once and judges the answer. Never throws. */
export async function tryOnce(
  { api }: Workshop,
  method: string,
  path: string,
  body: Json,
  type?: string,
): Promise<Reply> {
  try {
    return judged(await api.send(method, path, body, type));
  } catch (error) {
    if (error instanceof NeverSent) return { code: 'unreachable', outcome: 'refused', away: true };
    return { code: 'no answer', outcome: 'unknown', away: true };
  }
}

function judged({ code, body, retryAfter }: Answer): Reply {
  if (code < 300) return { code, outcome: 'accepted', object: body };
  if (code === 429) return { code, outcome: 'refused', retryAfter: retryAfter ?? 1 };
  // The API server asks the webhook before it stores anything.
  const webhookAway = textAt(body, 'message').includes('failed calling webhook');
  if (webhookAway) return { code, outcome: 'refused', away: true };
  return code < 500 ? { code, outcome: 'refused' } : { code, outcome: 'unknown', away: true };
}

/** Runs kubectl once, with `-o json`, and judges how it ended. It tries again after a 429 by itself. */
export async function kubectlOnce(workshop: Workshop, args: string[], input?: string): Promise<Reply> {
  const { code, stdout, stderr } = await workshop.kubectl([...args, '-n', workshop.namespace, '-o', 'json'], input);
  if (code === 0) return { code: 200, outcome: 'accepted', object: parsed(stdout) };
  if (stderr.includes('failed calling webhook')) return { code: 500, outcome: 'refused', away: true };
  if (stderr.includes('(NotYetRecorded)')) return { code: 429, outcome: 'refused' };
  if (/Error from server \((?:Invalid|Forbidden|Conflict|BadRequest)\)|is invalid:|denied the request/.test(stderr)) {
    return { code: 'refused', outcome: 'refused' };
  }
  return { code: 'no answer', outcome: 'unknown', away: true };
}

function parsed(text: string): JsonMap {
  const value: unknown = JSON.parse(text);
  if (!isMap(value)) throw new Error(`kubectl printed ${text}`);
  return value;
}
