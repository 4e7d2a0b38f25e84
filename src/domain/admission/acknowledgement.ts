import { acknowledgeAnnotation, acknowledgedNamespacesAnnotation } from '../annotations.ts';
import { namesIn } from '../spoke/spoke-namespaces.ts';
import type { RequestFacts } from './facts.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The maximum length of an acknowledgement in characters. It is that of the field in the status of a deployment. */
export const maxAcknowledgementLength = 1024;

/** The codes in an acknowledgement: `CODE[,CODE]`. */
export function readAcknowledgement(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
}

/** The acknowledgement of an object; `undefined` if it has none. */
export function acknowledgementIn(object: UncheckedObject | undefined): string | undefined {
  const text: unknown = object?.metadata.annotations?.[acknowledgeAnnotation];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a request adds or changes an acknowledgement: only then does it take effect, and that needs a right. */
export function setsAcknowledgement({ object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>): boolean {
  const text = acknowledgementIn(object);
  return readAcknowledgement(text).length > 0 && text !== acknowledgementIn(oldObject);
}

/**
 * Rules whose denials only warn in a request: those that the request acknowledges, and on deletion those that the object
 * acknowledges. An acknowledgement that existed before an update has no effect, because it was given for another change.
 */
export function acknowledgedIn(request: Pick<RequestFacts, 'operation' | 'object' | 'oldObject'>): ReadonlySet<string> {
  if (request.operation === 'DELETE') return new Set(readAcknowledgement(acknowledgementIn(request.oldObject)));
  return new Set(setsAcknowledgement(request) ? readAcknowledgement(acknowledgementIn(request.object)) : []);
}

/** What somebody acknowledges: denials of some rules, if they are about deployments of these hub namespaces only. */
export interface AcknowledgementGrant {
  codes: ReadonlySet<string>;
  hubNamespaces: ReadonlySet<string>;
}

/** Whether an acknowledgement is allowed in every hub namespace that a finding is about. */
export function isCoveredBy({ hubNamespaces }: AcknowledgementGrant, about: readonly string[] = []): boolean {
  return about.every((namespace) => hubNamespaces.has(namespace));
}

/** The other hub namespaces that an acknowledgement is stamped with: those where its requester had the right to override. */
export function acknowledgedNamespacesOf(object: UncheckedObject | undefined): string[] {
  return namesIn(object?.metadata.annotations?.[acknowledgedNamespacesAnnotation]);
}
