import assert from 'node:assert/strict';
import { jsonLines } from '../../../src/kube/client/json-lines.ts';

describe('jsonLines', () => {
  const rows: [why: string, chunks: (string | number[])[], values: unknown[]][] = [
    ['reads a value per line', ['{"a":1}\n{"b":2}\n'], [{ a: 1 }, { b: 2 }]],
    ['joins a line that is split between chunks', ['{"a"', ':', '1}', '\n2\n'], [{ a: 1 }, 2]],
    [
      'joins a character that is split between chunks',
      [
        [0x22, 0xf0, 0x9f],
        [0x9b, 0xb3, 0x22, 0x0a],
      ],
      ['🛳'],
    ],
    ['skips empty lines', ['\n\r\n1\n'], [1]],
    ['accepts a last line without a line feed', ['1\n2'], [1, 2]],
    ['returns no value for an empty stream', [], []],
  ];
  for (const [why, chunks, values] of rows) {
    it(why, async () => assert.deepEqual(await read(...chunks), values));
  }

  const bad: [why: string, chunks: (string | number[])[], error: new () => Error][] = [
    ['a line that is not JSON', ['{\n'], SyntaxError],
    ['an unfinished last line', ['1\n{"a"'], SyntaxError],
    ['bytes that are not UTF-8', [[0xff, 0x0a]], TypeError],
    ['an unfinished last character', [[0x31, 0x0a, 0xf0, 0x9f]], TypeError],
  ];
  for (const [why, chunks, error] of bad) it(`throws on ${why}`, async () => assert.rejects(read(...chunks), error));

  it('reads a long line in small chunks in linear time', async () => {
    const [value] = await read('"', ...Array.from({ length: 20_000 }, () => 'x'.repeat(100)), '"\n');
    assert.equal(String(value).length, 2_000_000);
  });
});

async function read(...chunks: (string | number[])[]): Promise<unknown[]> {
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk);
  }
  const values: unknown[] = [];
  for await (const value of jsonLines(bytes())) values.push(value);
  return values;
}
