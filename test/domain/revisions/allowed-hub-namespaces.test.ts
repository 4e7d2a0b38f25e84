import assert from 'node:assert/strict';
import {
  allowedHubNamespacesText,
  readAllowedHubNamespaces,
} from '../../../src/domain/revisions/allowed-hub-namespaces.ts';

const stamped = (text: string) => ({ annotations: { 'spectrocloud.com/allowed-hub-namespaces': text } });

describe('the stamp of allowed hub namespaces', () => {
  it('lists each namespace once, sorted', () => {
    assert.equal(allowedHubNamespacesText(['prod', 'dev', 'prod']), 'dev,prod');
    assert.equal(allowedHubNamespacesText([]), undefined);
  });

  it('is read as a list, which is empty without the stamp', () => {
    assert.deepEqual(readAllowedHubNamespaces(stamped('dev,prod')), ['dev', 'prod']);
    assert.deepEqual(readAllowedHubNamespaces(stamped(',')), []);
    assert.deepEqual(readAllowedHubNamespaces({}), []);
  });
});
