import assert from 'node:assert/strict';
import { listOf, structured } from '../../../src/cli/output/structured-output.ts';

describe('structured output', () => {
  it('ends with a line break', () => {
    assert.equal(structured({ a: [1] }, 'json'), '{\n  "a": [\n    1\n  ]\n}\n');
    assert.equal(structured({ a: 'x'.repeat(200) }, 'yaml'), `a: ${'x'.repeat(200)}\n`);
  });

  it('lists objects without managedFields', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields: [] } };
    const items = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }];
    assert.deepEqual(listOf([object]), { apiVersion: 'v1', kind: 'List', items });
  });
});
