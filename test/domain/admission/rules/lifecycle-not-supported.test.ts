import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../../../src/api/object.ts';
import { lifecycleNotSupported } from '../../../../src/domain/admission/rules/lifecycle-not-supported.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const template = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate';
const using = (type: string, manifestWorkTemplate: JsonValue) =>
  environment('team', { topology: { type, properties: { manifestWorkReplicaSet: { manifestWorkTemplate } } } });

const cases: { type: string; work: JsonObject; path: string | undefined; why: string }[] = [
  { type: 'topology-ocm', work: { lifecycle: {} }, path: undefined, why: 'the topology supports it' },
  {
    type: 'topology-ocm',
    work: { deleteOption: {} },
    path: `${template}.deleteOption`,
    why: 'the other topology supports it',
  },
  { type: 'topology-ocm-byop', work: { deleteOption: {} }, path: undefined, why: 'the topology supports it' },
  {
    type: 'topology-ocm-byop',
    work: { lifecycle: {} },
    path: `${template}.lifecycle`,
    why: 'the other topology supports it',
  },
  { type: 'topology-ocm-byop', work: { lifecycle: null }, path: undefined, why: 'null counts as absent' },
  { type: 'topology-ocm', work: { deleteOption: null }, path: undefined, why: 'null counts as absent' },
  {
    type: 'mine',
    work: { lifecycle: {}, deleteOption: {} },
    path: undefined,
    why: 'a custom topology has its own properties',
  },
  { type: 'constructor', work: { lifecycle: {} }, path: undefined, why: 'it is a valid name' },
  { type: '__proto__', work: { lifecycle: {} }, path: undefined, why: 'it is a valid name' },
];

describe('LifecycleNotSupported', () => {
  for (const { type, work, path, why } of cases) {
    it(`finds ${path === undefined ? 'nothing' : 'it'} with ${Object.keys(work).join(' and ')} on ${type}: ${why}`, () => {
      const found = findingsOf(lifecycleNotSupported, factsOf({ object: using(type, work) }));
      assert.deepEqual(found, path === undefined ? [] : [{ path }]);
    });
  }

  it('does not report an unchanged topology', () => {
    const oldObject = using('topology-ocm', { deleteOption: {} });
    const object = { ...oldObject, spec: { ...oldObject.spec, version: '1.0.0' } };
    assert.deepEqual(findingsOf(lifecycleNotSupported, factsOf({ object, oldObject })), []);
  });

  for (const odd of ['text', [], null, 1]) {
    it(`finds nothing in ${JSON.stringify(odd)}: the schema reports it`, () => {
      assert.deepEqual(findingsOf(lifecycleNotSupported, factsOf({ object: using('topology-ocm', odd) })), []);
    });
  }
});
