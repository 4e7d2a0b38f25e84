import type { Condition } from '../../../api/object.ts';
import { acknowledgeAnnotation } from '../../annotations.ts';
import { conditionMessage } from '../../text/condition-message.ts';
import type { Referrer } from '../facts.ts';
import { inUse } from '../rules/in-use.ts';
import { referrersByKind } from '../wording.ts';

/**
 * The condition of a terminating object that waits for its users. It names those of its namespace. Everybody who may read the object
 * reads it, so it counts those of other namespaces.
 */
export function heldCondition(namespace: string, users: readonly Omit<Referrer, 'visible'>[]): Condition {
  const referrers = users.map((user) => ({ ...user, visible: user.namespace === namespace }));
  const own = referrers.filter(({ visible }) => visible).toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const others = referrers.filter(({ visible }) => !visible);
  const parts = [
    ...(own.length === 0 ? [] : [referrersByKind(own)]),
    ...(others.length === 0 ? [] : [`${referrersByKind(others)} in ${placesOf(others)}`]),
  ];
  const message = `used by ${parts.join(' and ')}; it is deleted when these are deleted or have other refs. To delete it now, set annotation ${acknowledgeAnnotation}=${inUse.code} (needs the verb override); what is applied for them stays`;
  return { type: 'Deleting', status: 'True', reason: inUse.code, message: conditionMessage(message) };
}

function placesOf(users: readonly Referrer[]): string {
  return new Set(users.map(({ namespace }) => namespace)).size === 1 ? 'another namespace' : 'other namespaces';
}
