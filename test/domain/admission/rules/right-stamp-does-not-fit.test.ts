import assert from 'node:assert/strict';
import type { Facts } from '../../../../src/domain/admission/facts.ts';
import { rightStampDoesNotFit } from '../../../../src/domain/admission/rules/right-stamp-does-not-fit.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';

const [acknowledge, scope, allowed] = ['acknowledge', 'acknowledged-namespaces', 'allowed-spoke-namespaces'].map(
  (name) => `spectrocloud.com/${name}`,
) as [string, string, string];
const made = (annotations: Record<string, string>) => {
  const bare = deployment('team', { spokeNamespace: 'shop' });
  return { ...bare, metadata: { ...bare.metadata, annotations } };
};
const entering = (...stamped: string[]) => ({ entered: ['shop'], missing: [], stamped, shared: [] });

const rows: {
  why: string;
  now: Record<string, string>;
  before?: Record<string, string>;
  found?: Partial<Omit<Facts, 'request'>>;
  denied?: string;
}[] = [
  { why: 'there is no stamp', now: {} },
  { why: 'the requester has the right', now: { [allowed]: 'shop' }, found: { spokeNamespaces: entering('shop') } },
  {
    why: 'the requester lacks the right',
    now: { [allowed]: 'shop' },
    found: { spokeNamespaces: entering() },
    denied: allowed,
  },
  { why: 'the client wrote it', now: { [allowed]: 'victim' }, before: {}, denied: allowed },
  { why: 'an edit keeps it', now: { [allowed]: 'shop' }, before: { [allowed]: 'shop' } },
  { why: 'an edit adds a name', now: { [allowed]: 'shop,victim' }, before: { [allowed]: 'shop' }, denied: allowed },
  {
    why: 'the requester may override there',
    now: { [acknowledge]: 'InUse', [scope]: 'other' },
    found: { overridableNamespaces: ['other'] },
  },
  { why: 'the requester may not override there', now: { [acknowledge]: 'InUse', [scope]: 'other' }, denied: scope },
  {
    why: 'the acknowledgement is unchanged',
    now: { [acknowledge]: 'InUse', [scope]: 'other' },
    before: { [acknowledge]: 'InUse', [scope]: 'other' },
  },
  {
    why: 'another acknowledgement keeps what was allowed for the old one',
    now: { [acknowledge]: 'WorkloadConflict', [scope]: 'other' },
    before: { [acknowledge]: 'InUse', [scope]: 'other' },
    denied: scope,
  },
];

describe('RightStampDoesNotFit', () => {
  for (const { why, now, before, found = {}, denied } of rows) {
    it(`${denied === undefined ? 'allows' : 'denies'} a stamp: ${why}`, () => {
      const oldObject = before === undefined ? {} : { oldObject: made(before) };
      const facts = factsOf({ object: made(now), ...oldObject }, found);
      const expected = denied === undefined ? [] : [{ path: `metadata.annotations[${denied}]` }];
      assert.deepEqual(findingsOf(rightStampDoesNotFit, facts), expected);
    });
  }
});
