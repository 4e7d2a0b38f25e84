import { acknowledgeAnnotation } from '../annotations.ts';
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
