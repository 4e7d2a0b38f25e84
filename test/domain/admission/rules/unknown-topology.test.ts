import assert from 'node:assert/strict';
import type { TopologyFacts } from '../../../../src/domain/admission/facts.ts';
import { unknownTopology } from '../../../../src/domain/admission/rules/unknown-topology.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const unknown: TopologyFacts = { state: 'unknown', message: 'there is no such topology', impossible: false };
const using = (type: string) => environment('team', { topology: { type } });

const cases: { type: string; severity?: 'deny'; why: string }[] = [
  { type: 'topology-ocn', severity: 'deny', why: 'a typo of a built-in' },
  { type: 'topologyocm', severity: 'deny', why: 'a missing dash' },
  { type: 'topology-ocm-byo', severity: 'deny', why: 'a missing letter' },
  { type: 'topology-ocm-gpu', why: 'it differs by more than one letter, and may still be created' },
  { type: 'mine', why: 'it may still be created' },
];

describe('UnknownTopology', () => {
  for (const { type, severity, why } of cases) {
    it(`${severity === 'deny' ? 'denies' : 'warns about'} ${type}: ${why}`, () => {
      const found = findingsOf(unknownTopology, factsOf({ object: using(type) }, { topology: unknown }));
      assert.deepEqual(found, [{ path: 'spec.topology.type', ...(severity === undefined ? {} : { severity }) }]);
    });
  }

  it('denies a revision that can never exist', () => {
    const topology = { ...unknown, impossible: true };
    const found = findingsOf(unknownTopology, factsOf({ object: using('mine@v1') }, { topology }));
    assert.deepEqual(found, [{ path: 'spec.topology.type', severity: 'deny' }]);
  });

  it('lists the PolicyDefinitions that the requester may see', () => {
    const messageWith = (more: object) =>
      unknownTopology.find(factsOf({ object: using('mine') }, { topology: { ...unknown, ...more } }))[0]?.message ?? '';
    assert.match(messageWith({ others: ['edge', 'ours'] }), /no such topology; PolicyDefinitions: edge, ours; the Env/);
    for (const more of [{}, { others: [] }]) assert.match(messageWith(more), /no such topology; the Environment is/);
  });

  it('finds nothing if the topology exists, or was not gathered', () => {
    const object = using('topology-ocn');
    const checked: TopologyFacts = { state: 'checked', problems: [] };
    assert.deepEqual(findingsOf(unknownTopology, factsOf({ object }, { topology: checked })), []);
    assert.deepEqual(findingsOf(unknownTopology, factsOf({ object })), []);
  });
});
