import assert from 'node:assert/strict';
import { topologyType } from '../../../src/domain/refs/topology-type.ts';

const cases: { text: string; kind: string; why: string }[] = [
  { text: 'topology-ocm', kind: 'builtin', why: 'built in' },
  { text: 'topology-ocm-byop', kind: 'builtin', why: 'built in' },
  { text: 'mine', kind: 'custom', why: 'a PolicyDefinition' },
  { text: 'mine@v1', kind: 'custom', why: 'pinned' },
  { text: 'topology-ocm-mine', kind: 'custom', why: 'the name only begins like a built-in' },
  { text: 'topology-ocm@v1', kind: 'invalid', why: 'built-ins have no revisions' },
  { text: 'topology-ocm@v1.0.0', kind: 'invalid', why: 'built-ins have no versions' },
  { text: 'Topology-OCM', kind: 'invalid', why: 'it is not a valid name' },
  { text: 'mine@1', kind: 'invalid', why: 'it is not a ref' },
  { text: '', kind: 'invalid', why: 'empty' },
  { text: 'constructor', kind: 'custom', why: 'it is a valid name' },
];

describe('the type of a topology', () => {
  for (const { text, kind, why } of cases) {
    it(`${JSON.stringify(text)} is ${kind}: ${why}`, () => assert.equal(topologyType(text).kind, kind));
  }
});
