import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import {
  acknowledgedIn,
  acknowledgementIn,
  acknowledgesAnew,
  maxAcknowledgementLength,
  readAcknowledgement,
} from '../../../src/domain/admission/acknowledgement.ts';
import { factsOf, requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const key = 'spectrocloud.com/acknowledge';

/** A deployment with this text in its annotation; without one where there is none. */
function saying(text: unknown): KubeObject {
  const plain = deployment('team');
  const annotations = text === undefined ? {} : { annotations: { [key]: text } };
  return { ...plain, metadata: { ...plain.metadata, ...annotations } } as KubeObject;
}

describe('an acknowledgement', () => {
  const texts: { text: string | undefined; codes: string[]; why: string }[] = [
    { text: undefined, codes: [], why: 'there is none' },
    { text: '', codes: [], why: 'it says nothing' },
    { text: ' , ,', codes: [], why: 'commas are no codes' },
    { text: 'InUse', codes: ['InUse'], why: 'one code' },
    { text: 'InUse,WorkloadConflict', codes: ['InUse', 'WorkloadConflict'], why: 'two codes' },
    { text: ' InUse ,\tWorkloadConflict,', codes: ['InUse', 'WorkloadConflict'], why: 'blanks are a matter of taste' },
    {
      text: 'inUse',
      codes: ['inUse'],
      why: 'it is read as it is written; that it is no rule is for InvalidSpec to say',
    },
  ];
  for (const { text, codes, why } of texts) {
    it(`of ${JSON.stringify(text) ?? 'nothing'} names ${codes.length} rules: ${why}`, () => {
      assert.deepEqual(readAcknowledgement(text), codes);
    });
  }

  it('is the text of the annotation, and nothing where that is no text', () => {
    assert.equal(acknowledgementIn(requestObject(saying('InUse'))), 'InUse');
    for (const odd of [undefined, null, 7, ['InUse'], {}]) {
      assert.equal(acknowledgementIn(requestObject(saying(odd))), undefined, JSON.stringify(odd));
    }
    assert.equal(acknowledgementIn(undefined), undefined);
  });

  it('has room in the status of a deployment for as many characters as are read', () => {
    assert.equal(maxAcknowledgementLength, 1024);
  });

  const given: { from?: string; to?: string; counts: string[]; why: string }[] = [
    { counts: [], why: 'nobody acknowledges anything' },
    { to: 'InUse', counts: ['InUse'], why: 'it is new' },
    { from: 'InUse', to: 'InUse', counts: [], why: 'what stands there opens the way to nothing new' },
    {
      from: 'InUse',
      to: 'InUse,UnpinnedRef',
      counts: ['InUse', 'UnpinnedRef'],
      why: 'it is changed, so all of it is meant',
    },
    { from: 'InUse,UnpinnedRef', to: 'InUse', counts: ['InUse'], why: 'taking a code out changes it too' },
    { from: 'InUse', counts: [], why: 'taking it away acknowledges nothing' },
    { from: 'InUse', to: '', counts: [], why: 'emptying it acknowledges nothing' },
    { from: '', to: ',', counts: [], why: 'no code is named' },
  ];
  for (const { from, to, counts, why } of given) {
    it(`that was ${from ?? 'absent'} and is ${to ?? 'absent'} counts for ${counts.join(' and ') || 'nothing'}: ${why}`, () => {
      const { request } = factsOf({ object: saying(to), oldObject: saying(from) });
      assert.deepEqual([...acknowledgedIn(request)], counts);
      assert.equal(acknowledgesAnew(request), counts.length > 0);
    });
  }

  it('counts for the request that creates the object', () => {
    const { request } = factsOf({ object: saying('WorkloadConflict') });
    assert.deepEqual([...acknowledgedIn(request)], ['WorkloadConflict']);
  });

  it('counts for the deletion of the object that carries it', () => {
    assert.deepEqual([...acknowledgedIn(factsOf({ oldObject: saying('InUse') }).request)], ['InUse']);
    assert.deepEqual([...acknowledgedIn(factsOf({ oldObject: saying(undefined) }).request)], []);
    assert.equal(acknowledgesAnew(factsOf({ oldObject: saying('InUse') }).request), false);
  });
});
