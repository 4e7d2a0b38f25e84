import assert from 'node:assert/strict';
import { jsonStream } from '../../../src/cli/files/json-stream.ts';

describe('jsonStream', () => {
  it('separates objects, with or without white space between them', () => {
    assert.deepEqual(jsonStream('{"a":1}{"b":{}}\n\n {\n}\n'), [
      { text: '{"a":1}', line: 1 },
      { text: '{"b":{}}', line: 1 },
      { text: '{\n}', line: 3 },
    ]);
  });

  it('does not count braces in strings', () => {
    assert.equal(jsonStream('{"a":"}\\"{"}{"b":"\\\\"}')?.length, 2);
  });

  for (const other of ['', '{"a":1}', '[1]', 'a: {}', '{a: 1}\n---\n{b: 1}', '{"a":1}{"b"', '{}\n# comment\n{}']) {
    it(`leaves ${JSON.stringify(other)} to the reader of YAML`, () => assert.equal(jsonStream(other), undefined));
  }
});
