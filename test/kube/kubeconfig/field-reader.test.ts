import assert from 'node:assert/strict';
import { FieldReader } from '../../../src/kube/kubeconfig/field-reader.ts';

describe('FieldReader', () => {
  const fields = new FieldReader(
    { name: 'a', empty: '', none: null, count: 1, on: true, data: btoa('bytes'), list: [{ name: 'x' }], texts: ['y'] },
    'config: users[0]',
  );

  it('reads fields, and null and empty texts as absent ones', () => {
    assert.deepEqual(
      [fields.text('name'), fields.text('empty'), fields.text('none'), fields.text('other')],
      ['a', undefined, undefined, undefined],
    );
    assert.deepEqual([fields.flag('on'), fields.flag('none')], [true, false]);
    assert.equal(String(fields.bytes('data')), 'bytes');
    assert.equal(fields.list('list')[0]?.text('name'), 'x');
    assert.deepEqual([fields.texts('texts'), fields.texts('none')], [['y'], []]);
    assert.deepEqual([fields.has('empty'), fields.has('none')], [true, false]);
    assert.deepEqual(fields.map('none').names(), []);
    assert.equal(fields.raw('count'), 1);
  });

  const rows: [why: string, read: () => unknown, message: RegExp][] = [
    ['a number', () => fields.text('count'), /^config: users\[0\]\.count: must be a string; put it in quotes$/],
    ['a text that should be a boolean', () => fields.flag('name'), /\.name: must be true or false$/],
    ['a text that is not base64', () => fields.bytes('name'), /\.name: must be base64$/],
    ['a text that should be a list', () => fields.list('name'), /\.name: must be a list$/],
    ['a text that should be a map', () => fields.map('name'), /\.name: must be a map$/],
    ['a list of maps that should be one of texts', () => fields.texts('list'), /\.list\[0\]: must be a string/],
  ];
  for (const [why, read, message] of rows) {
    it(`refuses ${why}`, () => assert.throws(read, { name: 'InvalidKubeConfig', message }));
  }
});
