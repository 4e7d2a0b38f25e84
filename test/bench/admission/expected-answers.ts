import { Agent } from 'node:https';
import type { JsonObject, JsonValue } from '../../../src/api/object.ts';
import { reservedPrefix } from '../../../src/api/names.ts';
import { sameJson } from '../../../src/domain/json/canonical-json.ts';
import { applyPatch, type PatchOperation } from '../../../src/domain/json/json-patch.ts';
import { parseAnswer, type Answer } from '../../support/admission-review.ts';
import { httpsCall } from '../../support/https-call.ts';
import type { Edit, LiveObject } from './reviews.ts';

const agent = new Agent({ keepAlive: false, rejectUnauthorized: false });

/** Posts a review. Throws unless the request is allowed. */
export async function ask(url: string, body: string): Promise<Answer['response']> {
  const { hostname, port, pathname, search } = new URL(url);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  const reply = await httpsCall({
    agent,
    host: hostname,
    port: Number(port),
    path: `${pathname}${search}`,
    headers,
    body,
  });
  if (reply.status !== 200) throw new Error(`${url} responded ${reply.status}: ${reply.text.slice(0, 500)}`);
  const { response } = parseAnswer(reply.text);
  if (!response.allowed) throw new Error(`${url} did not allow the request: ${JSON.stringify(response)}`);
  return response;
}

/** The object of an edit as the response of a mutating webhook makes it. */
export function mutatedBy({ patch }: Answer['response'], object: LiveObject): LiveObject {
  const operations: PatchOperation[] = patch === undefined ? [] : JSON.parse(Buffer.from(patch, 'base64').toString());
  return applyPatch(object as JsonObject & LiveObject, operations);
}

/** Throws unless the response of a mutating webhook sets the stamp that the edit needs, and nothing that the user wrote. */
export function checkMutation(response: Answer['response'], { row, object, stamp }: Edit, server: string): LiveObject {
  const after = mutatedBy(response, object);
  const value = after.metadata.annotations?.[stamp.annotation];
  if (value !== stamp.value) {
    throw new Error(`${server}, ${row}: ${stamp.annotation} is ${value}, and ${stamp.value} was expected`);
  }
  if (!sameJson(withoutStamps(after), withoutStamps(object))) {
    throw new Error(`${server}, ${row}: the patch changes more than stamps: ${JSON.stringify(after)}`);
  }
  return after;
}

/** Throws if a validating webhook has responded with a patch. */
export function checkValidation({ patch }: Answer['response'], { row }: Edit, server: string): void {
  if (patch !== undefined) throw new Error(`${server}, ${row}: a validating webhook must not respond with a patch`);
}

function withoutStamps({ metadata, ...rest }: LiveObject): JsonObject {
  const own = Object.entries(metadata.annotations ?? {}).filter(([name]) => !name.startsWith(reservedPrefix));
  const remaining: object = { ...metadata, annotations: Object.fromEntries(own) };
  return { ...rest, metadata: remaining as JsonValue };
}
