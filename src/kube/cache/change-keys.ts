import { isDeepStrictEqual } from 'node:util';
import type { Change } from './object-store.ts';

/** Which keys of a work queue a change of an object affects. */
export interface KeyRoute<T> {
  /** The keys that depend on one state of the object. Must be pure: it runs on the state before the change and on the state after. */
  keys: (object: T) => readonly string[];
  /** The types of changes that are routed; all of them by default. */
  on?: readonly Change<T>['type'][];
  /** The part of the object that matters: a modification that leaves it equal is not routed. */
  ifChanged?: (object: T) => unknown;
}

/** The keys that a change affects, for the state before it and the state after it; each key once. */
export function keysOfChange<T>({ type, object, previous }: Change<T>, route: KeyRoute<T>): string[] {
  const { keys, on, ifChanged } = route;
  if (on?.includes(type) === false) return [];
  if (previous === undefined) return [...new Set(keys(object))];
  if (type === 'modified' && ifChanged !== undefined && isDeepStrictEqual(ifChanged(previous), ifChanged(object))) {
    return [];
  }
  return [...new Set([...keys(previous), ...keys(object)])];
}
