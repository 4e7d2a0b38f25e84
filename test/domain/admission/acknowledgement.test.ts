import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import {
  acknowledgedIn,
  acknowledgedNamespacesOf,
  acknowledgementIn,
  isCoveredBy,
  setsAcknowledgement,
  maxAcknowledgementLength,
  readAcknowledgement,
} from '../../../src/domain/admission/acknowledgement.ts';
import { factsOf, requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const key = 'spectrocloud.com/acknowledge';

/** A deployment with this text in its annotation, or without the annotation. */
function saying(text: unknown): KubeObject {
  const plain = deployment('team');
  const annotations = text === undefined ? {} : { annotations: { [key]: text } };
  return { ...plain, metadata: { ...plain.metadata, ...annotations } } as KubeObject;
}

describe('an acknowledgement', () => {
  const texts: { text: string | undefined; codes: string[]; why: string }[] = [
    { text: undefined, codes: [], why: 'there is no annotation' },
    { text: '', codes: [], why: 'it is empty' },
    { text: ' , ,', codes: [], why: 'commas are not codes' },
    { text: 'InUse', codes: ['InUse'], why: 'one code' },
    { text: 'InUse,WorkloadConflict', codes: ['InUse', 'WorkloadConflict'], why: 'two codes' },
    { text: ' InUse ,\tWorkloadConflict,', codes: ['InUse', 'WorkloadConflict'], why: 'blanks are ignored' },
    {
      text: 'inUse',
      codes: ['inUse'],
      why: 'codes are not checked here: InvalidSpec reports unknown ones',
    },
  ];
  for (const { text, codes, why } of texts) {
    it(`of ${JSON.stringify(text) ?? 'nothing'} names ${codes.length} rules: ${why}`, () => {
      assert.deepEqual(readAcknowledgement(text), codes);
    });
  }

  it('is the value of the annotation, if that is a string', () => {
    assert.equal(acknowledgementIn(requestObject(saying('InUse'))), 'InUse');
    for (const odd of [undefined, null, 7, ['InUse'], {}]) {
      assert.equal(acknowledgementIn(requestObject(saying(odd))), undefined, JSON.stringify(odd));
    }
    assert.equal(acknowledgementIn(undefined), undefined);
  });

  it('fits into the status of a deployment with its maximum length', () => {
    assert.equal(maxAcknowledgementLength, 1024);
  });

  const given: { from?: string; to?: string; counts: string[]; why: string }[] = [
    { counts: [], why: 'nothing is acknowledged' },
    { to: 'InUse', counts: ['InUse'], why: 'it is new' },
    { from: 'InUse', to: 'InUse', counts: [], why: 'it was given for another change' },
    {
      from: 'InUse',
      to: 'InUse,UnpinnedRef',
      counts: ['InUse', 'UnpinnedRef'],
      why: 'it is changed, so all of it takes effect',
    },
    { from: 'InUse,UnpinnedRef', to: 'InUse', counts: ['InUse'], why: 'removing a code changes it too' },
    { from: 'InUse', counts: [], why: 'it is removed' },
    { from: 'InUse', to: '', counts: [], why: 'it is emptied' },
    { from: '', to: ',', counts: [], why: 'it contains no code' },
  ];
  for (const { from, to, counts, why } of given) {
    it(`that was ${from ?? 'absent'} and is ${to ?? 'absent'} takes effect for ${counts.join(' and ') || 'nothing'}: ${why}`, () => {
      const { request } = factsOf({ object: saying(to), oldObject: saying(from) });
      assert.deepEqual([...acknowledgedIn(request)], counts);
      assert.equal(setsAcknowledgement(request), counts.length > 0);
    });
  }

  it('takes effect for the request that creates the object', () => {
    const { request } = factsOf({ object: saying('WorkloadConflict') });
    assert.deepEqual([...acknowledgedIn(request)], ['WorkloadConflict']);
  });

  it('takes effect for the deletion of the object that has it', () => {
    assert.deepEqual([...acknowledgedIn(factsOf({ oldObject: saying('InUse') }).request)], ['InUse']);
    assert.deepEqual([...acknowledgedIn(factsOf({ oldObject: saying(undefined) }).request)], []);
    assert.equal(setsAcknowledgement(factsOf({ oldObject: saying('InUse') }).request), false);
  });
});

describe('what an acknowledgement covers', () => {
  const grant = { codes: new Set<string>(), hubNamespaces: new Set(['team', 'other']) };

  it('is every finding that is only about hub namespaces in which the requester may override', () => {
    assert.ok(isCoveredBy(grant));
    assert.ok(isCoveredBy(grant, ['team', 'other']));
    assert.ok(!isCoveredBy(grant, ['team', 'third']));
  });

  it('is stamped on the object', () => {
    const plain = deployment('team');
    const annotations = { 'spectrocloud.com/acknowledged-namespaces': 'a,b' };
    const object = requestObject({ ...plain, metadata: { ...plain.metadata, annotations } });
    assert.deepEqual([acknowledgedNamespacesOf(object), acknowledgedNamespacesOf(undefined)], [['a', 'b'], []]);
  });
});
