import { acknowledgeAnnotation } from '../annotations.ts';
import type { RequestFacts } from './facts.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** Characters that an acknowledgement may have: the status of a deployment has room for as many. */
export const longestAcknowledgement = 1024;

/** The codes in an acknowledgement: `CODE[,CODE]`. */
export function readAcknowledgement(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
}

/** What the annotation of an object says; `undefined` where there is none. */
export function acknowledgementIn(object: UncheckedObject | undefined): string | undefined {
  const text: unknown = object?.metadata.annotations?.[acknowledgeAnnotation];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a request adds an acknowledgement or changes one: that needs a right, and is what makes it count. */
export function acknowledgesAnew({ object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>): boolean {
  const text = acknowledgementIn(object);
  return readAcknowledgement(text).length > 0 && text !== acknowledgementIn(oldObject);
}

/**
 * Rules whose denials only warn in a request: those that it acknowledges itself, and on deletion those that the object
 * carries. One that was there before stays without effect, so that it cannot open the way to what nobody had in mind.
 */
export function acknowledgedIn(request: Pick<RequestFacts, 'operation' | 'object' | 'oldObject'>): ReadonlySet<string> {
  if (request.operation === 'DELETE') return new Set(readAcknowledgement(acknowledgementIn(request.oldObject)));
  return new Set(acknowledgesAnew(request) ? readAcknowledgement(acknowledgementIn(request.object)) : []);
}
