import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { sharedWith } from '../../domain/json/reused-values.ts';
import { parseReviewText } from './review-text.ts';

const operations = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const;

/** Both versions have the same fields; the response has the version of the request. */
const versions: ReadonlySet<string> = new Set(['admission.k8s.io/v1', 'admission.k8s.io/v1beta1']);

/** The user who sent the request, as `UserInfo` of `authentication.k8s.io/v1`. */
export interface UserInfo {
  username: string;
  uid?: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/**
 * A request of an API server. `object` exists on CREATE and UPDATE, `oldObject` on UPDATE and DELETE. Both are without `managedFields`,
 * which no decision depends on. `object` contains the values of `oldObject` that it has not changed, so nobody may change either.
 */
export interface AdmissionRequest {
  uid: string;
  kind: { group: string; version: string; kind: string };
  resource: { group: string; version: string; resource: string };
  subResource?: string;
  operation: (typeof operations)[number];
  namespace?: string;
  /** Empty only if the API server will generate it from `generateName`. */
  name: string;
  dryRun: boolean;
  object?: JsonObject;
  oldObject?: JsonObject;
  userInfo: UserInfo;
}

/** A request and the version of its AdmissionReview. */
export interface Review {
  apiVersion: string;
  request: AdmissionRequest;
  /** The size of the review in JSON. */
  bytes: number;
}

/** The body is not an AdmissionReview with a request; the message is one line for its sender. */
export class NotAReview extends Error {
  override readonly name = 'NotAReview';
}

/** Reads an AdmissionReview from JSON in UTF-8. Throws `NotAReview`. Deep nesting does not overflow the stack. */
export function readReview(body: Buffer): Review {
  const review = parse(body);
  if (!isJsonObject(review)) throw new NotAReview('the body is not a JSON object');
  const { apiVersion, kind, request } = review;
  if (kind !== 'AdmissionReview') throw new NotAReview('kind is not AdmissionReview');
  if (typeof apiVersion !== 'string' || !versions.has(apiVersion)) {
    throw new NotAReview(`apiVersion is not one of ${[...versions].join(', ')}`);
  }
  if (!isJsonObject(request)) throw new NotAReview('request is missing');
  return { apiVersion, request: readRequest(request), bytes: body.length };
}

function parse(body: Buffer): JsonValue {
  try {
    return parseReviewText(body.toString('utf8'));
  } catch (cause) {
    // The message of the parser quotes the body, which may contain secrets.
    throw new NotAReview('the body is not JSON', { cause });
  }
}

function readRequest(request: JsonObject): AdmissionRequest {
  const uid = stringOf(request, 'uid');
  if (uid === '') throw new NotAReview('request.uid is missing');
  const operation = operations.find((known) => known === request.operation);
  if (operation === undefined) throw new NotAReview(`request.operation is not one of ${operations.join(', ')}`);
  const kind = objectOf(request, 'kind');
  const resource = objectOf(request, 'resource');
  if (kind === undefined || resource === undefined) throw new NotAReview('request.kind or request.resource is missing');
  const object = reviewedObject(request, 'object');
  const oldObject = reviewedObject(request, 'oldObject');
  if (object === undefined && (operation === 'CREATE' || operation === 'UPDATE')) {
    throw new NotAReview(`request.object is missing for ${operation}`);
  }
  if (oldObject === undefined && (operation === 'UPDATE' || operation === 'DELETE')) {
    throw new NotAReview(`request.oldObject is missing for ${operation}`);
  }
  if (object !== undefined && oldObject !== undefined) share(object, oldObject);
  const subResource = stringOf(request, 'subResource');
  const namespace = stringOf(request, 'namespace');
  return {
    uid,
    kind: { group: stringOf(kind, 'group'), version: stringOf(kind, 'version'), kind: stringOf(kind, 'kind') },
    resource: {
      group: stringOf(resource, 'group'),
      version: stringOf(resource, 'version'),
      resource: stringOf(resource, 'resource'),
    },
    ...(subResource !== '' && { subResource }),
    operation,
    ...(namespace !== '' && { namespace }),
    // A create may have no `request.name`; the deletion of a collection has none (tested).
    name: stringOf(request, 'name') || nameOf(object) || nameOf(oldObject),
    dryRun: request.dryRun === true,
    ...(object !== undefined && { object }),
    ...(oldObject !== undefined && { oldObject }),
    userInfo: readUser(objectOf(request, 'userInfo') ?? {}),
  };
}

function readUser(user: JsonObject): UserInfo {
  const uid = stringOf(user, 'uid');
  const groups = user.groups ?? [];
  const extra = user.extra ?? {};
  if (!isStringList(groups)) throw new NotAReview('userInfo.groups is not a list of strings');
  if (!isMapOfStringLists(extra)) throw new NotAReview('userInfo.extra is not a map of lists of strings');
  return { username: stringOf(user, 'username'), ...(uid !== '' && { uid }), groups, extra };
}

function nameOf(object: JsonObject | undefined): string {
  const metadata = object?.metadata;
  return isJsonObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

/** A string; Go omits empty ones. */
function stringOf(from: JsonObject, key: string): string {
  const value = from[key] ?? '';
  if (typeof value !== 'string') throw new NotAReview(`${key} is not a string`);
  return value;
}

/** An object; Go encodes an absent one as null. */
function objectOf(from: JsonObject, key: string): JsonObject | undefined {
  const value = from[key] ?? undefined;
  if (value !== undefined && !isJsonObject(value)) throw new NotAReview(`request.${key} is not an object`);
  return value;
}

/** An object without its managed fields. There are as many of them as of all other fields. */
function reviewedObject(from: JsonObject, key: string): JsonObject | undefined {
  const object = objectOf(from, key);
  const metadata = object?.metadata;
  if (object === undefined || !isJsonObject(metadata) || !Object.hasOwn(metadata, 'managedFields')) return object;
  const { managedFields: _, ...others } = metadata;
  object.metadata = others;
  return object;
}

/** Replaces what did not change by the values of the old object, so that the values are compared once. */
function share(object: JsonObject, oldObject: JsonObject): void {
  shareField(object, oldObject, 'spec');
  if (!isJsonObject(object.metadata) || !isJsonObject(oldObject.metadata)) return;
  shareField(object.metadata, oldObject.metadata, 'labels');
  shareField(object.metadata, oldObject.metadata, 'annotations');
}

function shareField(after: JsonObject, before: JsonObject, key: string): void {
  const [given, old] = [after[key], before[key]];
  if (given !== undefined && old !== undefined) after[key] = sharedWith(given, old);
}

function isStringList(value: JsonValue): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isMapOfStringLists(value: JsonValue): value is Record<string, string[]> {
  return isJsonObject(value) && Object.values(value).every(isStringList);
}
