import assert from 'node:assert/strict';
import { limitMemory } from '../../src/topology/wasm-memory.ts';

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** Exports its memory as `m`. */
const exportSection = [7, 5, 1, 1, 0x6d, 2, 0];

function moduleWith(...memory: number[]): Uint8Array {
  return Uint8Array.from([...header, 5, memory.length, ...memory, ...exportSection]);
}

function memoryOf(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Memory {
  const { m } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  assert.ok(m instanceof WebAssembly.Memory);
  return m;
}

describe('limitMemory', () => {
  const rows: [name: string, module: Uint8Array][] = [
    ['without a maximum', moduleWith(1, 0, 2)],
    ['with a maximum', moduleWith(1, 1, 2, 200, 1)],
    ['with a custom section in front', Uint8Array.from([...header, 0, 2, 1, 0x78, 5, 3, 1, 0, 2, ...exportSection])],
  ];
  for (const [name, module] of rows) {
    it(`limits a module ${name}`, () => {
      const memory = memoryOf(limitMemory(module, 4));
      assert.equal(memory.buffer.byteLength, 2 * 65_536);
      memory.grow(62);
      assert.throws(() => memory.grow(1), RangeError);
    });
  }

  it('does not change its input', () => {
    const module = moduleWith(1, 0, 2);
    const before = [...module];
    limitMemory(module, 4);
    assert.deepEqual([...module], before);
  });

  const rejected: [why: string, module: Uint8Array, message: RegExp][] = [
    ['is not WebAssembly', Uint8Array.from([1, 2, 3]), /not a WebAssembly module/],
    ['has no memory', Uint8Array.from(header), /declares no memory/],
    ['needs more to start', moduleWith(1, 0, 100), /needs 6.25 MiB to start, more than 4/],
    ['has two memories', moduleWith(2, 0, 1, 0, 1), /2 memories/],
    ['has a shared memory', moduleWith(1, 3, 1, 1), /unknown kind 3/],
    ['is truncated', Uint8Array.from([...header, 5]), /truncated/],
    ['has a number that does not end', Uint8Array.from([...header, 5, 255, 255, 255, 255, 255]), /more than 32 bits/],
  ];
  for (const [why, module, message] of rejected) {
    it(`rejects a module that ${why}`, () => assert.throws(() => limitMemory(module, 4), message));
  }
});
