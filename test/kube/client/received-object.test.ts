import assert from 'node:assert/strict';
import { UnreadableResponse } from '../../../src/kube/client/errors.ts';
import { asAccepted, complete } from '../../../src/kube/client/received-object.ts';
import { configMaps } from '../../support/config-maps.ts';

describe('complete', () => {
  it('adds apiVersion and kind to items of lists, and does not change existing ones', () => {
    assert.deepEqual(complete(configMaps, { metadata: {} }), { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', status: {} };
    assert.deepEqual(complete(configMaps, review), review);
  });

  it('keeps only the metadata if only metadata was requested', () => {
    const received = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: { name: 'a' }, data: {} };
    const expected = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    assert.deepEqual(complete(configMaps, received, true), expected);
  });

  it('keeps a key with the name __proto__', () => {
    const received: unknown = JSON.parse('{"metadata":{},"data":{"__proto__":"x"}}');
    assert.match(JSON.stringify(complete(configMaps, received)), /"__proto__":"x"/);
  });

  it('rejects a response that is not an object', () => {
    for (const received of ['text', null, [], 7])
      assert.throws(() => complete(configMaps, received), UnreadableResponse);
  });
});

describe('asAccepted', () => {
  it('accepts whole objects from servers that cannot send only metadata', () => {
    assert.match(
      asAccepted(true, 'PartialObjectMetadata'),
      /^application\/json;as=PartialObjectMetadata;.*,application\/json$/,
    );
    assert.equal(asAccepted(undefined, 'PartialObjectMetadata'), 'application/json');
  });
});
