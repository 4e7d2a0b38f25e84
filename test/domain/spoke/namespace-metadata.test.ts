import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import {
  differingFields,
  namespaceMetadataOf,
  writtenNamespaceMetadata,
  writtenRequest,
} from '../../../src/domain/spoke/namespace-metadata.ts';
import { requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const made = (namespaceMetadata: JsonObject) => {
  const { spec, ...rest } = deployment('team');
  return requestObject({
    ...rest,
    spec: { ...spec, workload: { ...spec.workload, namespaceMetadata } },
  } as typeof rest);
};

describe('namespaceMetadataOf', () => {
  it('has labels and annotations by field, without values that the schema reports', () => {
    const found = namespaceMetadataOf(made({ labels: { tier: 'gold', bad: 1 }, annotations: { note: 'x' } }));
    assert.deepEqual(
      [...found],
      [
        ['labels[tier]', 'gold'],
        ['annotations[note]', 'x'],
      ],
    );
  });

  it('is empty without any, or for a malformed spec', () => {
    assert.equal(namespaceMetadataOf(requestObject(deployment('team'))).size, 0);
    assert.equal(namespaceMetadataOf(made({ labels: 'x', annotations: [] })).size, 0);
  });
});

describe('what is written to a Namespace', () => {
  const namespace = (name: string, labels: JsonObject) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
  const workload = {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'Workload',
    metadata: { name: 'shop', labels: { a: '1' } },
  };
  const replicaSet = {
    spec: {
      manifestWorkTemplate: {
        workload: { manifests: [namespace('shop', { team: 'gold' }), namespace('store', { team: 'x' }), workload] },
      },
    },
  };

  it('is read from its manifests', () => {
    assert.deepEqual([...writtenNamespaceMetadata([replicaSet, {}], 'shop')], [['labels[team]', 'gold']]);
  });

  it('counts as the request of a deployment as far as it asks for it', () => {
    const asked = new Map([
      ['labels[team]', 'gold'],
      ['labels[tier]', '1'],
      ['labels[new]', 'x'],
    ]);
    const written = new Map([
      ['labels[team]', 'gold'],
      ['labels[tier]', '2'],
      ['labels[topology]', 'y'],
    ]);
    assert.deepEqual([...writtenRequest(asked, written)], [['labels[team]', 'gold']]);
  });
});

describe('differingFields', () => {
  it('lists the fields that both set to different values', () => {
    const one = new Map([
      ['labels[z]', '1'],
      ['labels[a]', '1'],
      ['labels[same]', '1'],
      ['labels[one]', '1'],
    ]);
    const other = new Map([
      ['labels[a]', '2'],
      ['labels[z]', '2'],
      ['labels[same]', '1'],
      ['labels[other]', '1'],
    ]);
    assert.deepEqual(differingFields(one, other), ['labels[a]', 'labels[z]']);
  });
});
