import assert from 'node:assert/strict';
import { listOf, readOutput, structured } from '../../../src/cli/output/structured-output.ts';
import { UsageError } from '../../../src/config.ts';

describe('structured output', () => {
  it('is YAML or JSON, or not asked for', () => {
    assert.deepEqual(['yaml', 'json', undefined].map(readOutput), ['yaml', 'json', undefined]);
    assert.throws(() => readOutput('wide'), UsageError);
  });

  it('ends with a line break', () => {
    assert.equal(structured({ a: [1] }, 'json'), '{\n  "a": [\n    1\n  ]\n}\n');
    assert.equal(structured({ a: 'x'.repeat(200) }, 'yaml'), `a: ${'x'.repeat(200)}\n`);
  });

  it('lists objects without the books of server-side apply', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields: [] } };
    const items = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }];
    assert.deepEqual(listOf([object]), { apiVersion: 'v1', kind: 'List', items });
  });
});
