/** A page of WebAssembly memory: 64 KiB. */
const pagesPerMiB = 16;
const memorySection = 5;
const headerLength = 8;

/**
 * Sets the maximum of the memory of a module, because Go sets none. If the memory would grow beyond it, Go exits with
 * `out of memory`. Throws if the module is not WebAssembly, or needs more memory to start.
 */
export function limitMemory(module: Uint8Array, maxMiB: number): Uint8Array<ArrayBuffer> {
  if (module[0] !== 0 || module[1] !== 0x61 || module[2] !== 0x73 || module[3] !== 0x6d) {
    throw new Error('not a WebAssembly module');
  }
  let offset = headerLength;
  while (offset < module.length) {
    const size = readLeb(module, offset + 1);
    const end = size.next + size.value;
    if (module[offset] === memorySection) {
      const section = withMaximum(module, size.next, maxMiB * pagesPerMiB);
      return concat([module.subarray(0, offset), Uint8Array.of(memorySection), section, module.subarray(end)]);
    }
    offset = end;
  }
  throw new Error('the WebAssembly module declares no memory');
}

/** Writes a memory section with a maximum, without its id: its length, one memory, the flag "has a maximum", both limits. */
function withMaximum(module: Uint8Array, start: number, maxPages: number): Uint8Array {
  const count = readLeb(module, start);
  if (count.value !== 1) throw new Error(`the WebAssembly module has ${count.value} memories, not one`);
  const flags = module[count.next];
  if (flags !== 0 && flags !== 1) throw new Error(`the WebAssembly module has a memory of unknown kind ${flags}`);
  const minimum = readLeb(module, count.next + 1).value;
  if (minimum > maxPages) {
    throw new Error(
      `the WebAssembly module needs ${minimum / pagesPerMiB} MiB to start, more than ${maxPages / pagesPerMiB}`,
    );
  }
  const content = [1, 1, ...leb(minimum), ...leb(maxPages)];
  return Uint8Array.from([...leb(content.length), ...content]);
}

/** Unsigned LEB128: seven bits per byte, the lowest first. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

function readLeb(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new Error('the WebAssembly module is truncated');
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: start + index + 1 };
  }
  throw new Error('the WebAssembly module has a number of more than 32 bits');
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
