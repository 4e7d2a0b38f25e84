import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { differingFields, namespaceMetadataOf } from '../../../src/domain/spoke/namespace-metadata.ts';
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
