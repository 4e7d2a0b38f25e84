import { WASI } from 'node:wasi';

/** How many characters of Go's standard error are kept: the reason of a crash is in the first lines. */
const maxStderr = 4000;

/** One instance of the CUE engine, in the thread that creates it. */
export interface CueInstance {
  /** Evaluates a request and returns the response, both as JSON. Throws if the instance has failed; `stderr` then contains why. */
  evaluate(request: string): string;
  /** Compiles a template and keeps it, so that its evaluations are faster. Throws if the template is invalid. */
  keepCompiled(template: string): void;
  /** Frees memory that earlier evaluations used, if it is worth it; takes some milliseconds. Throws if the instance fails. */
  collect(): void;
  stderr(): string;
  /** The size of the memory of the instance, which never shrinks. */
  memoryBytes(): number;
}

/** Instantiates the module without access to folders, environment or arguments; its output is kept in memory. */
export function instantiateCue(module: WebAssembly.Module): CueInstance {
  const wasi = new WASI({ version: 'preview1', args: [], env: {}, preopens: {} });
  let printed = '';
  let memory: WebAssembly.Memory | undefined;
  // fd_write(fd, iovs, iovs_len, nwritten). The implementation of WASI would write to the standard error of the process.
  const write = (_fd: number, vectors: number, count: number, written: number): number => {
    if (memory === undefined) return 8;
    const view = new DataView(memory.buffer);
    let total = 0;
    for (let index = 0; index < count; index += 1) {
      const start = view.getUint32(vectors + index * 8, true);
      const length = view.getUint32(vectors + index * 8 + 4, true);
      if (printed.length < maxStderr) printed += new TextDecoder().decode(new Uint8Array(memory.buffer, start, length));
      total += length;
    }
    view.setUint32(written, total, true);
    return 0;
  };
  const imports = { wasi_snapshot_preview1: { ...wasi.wasiImport, fd_write: write } };
  const instance = new WebAssembly.Instance(module, imports);
  const exported = exportsOf(instance);
  memory = exported.memory;
  wasi.initialize(instance);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const evaluate = (request: string): string => {
    const bytes = encoder.encode(request);
    const address = exported.allocate(bytes.length) >>> 0;
    // When the memory grows, it gets a new buffer.
    new Uint8Array(exported.memory.buffer, address, bytes.length).set(bytes);
    const packed = BigInt.asUintN(64, exported.evaluate());
    const length = Number(packed & 0xffffffffn);
    return decoder.decode(new Uint8Array(exported.memory.buffer, Number(packed >> 32n), length));
  };
  return {
    evaluate,
    keepCompiled: (template) => {
      const response = evaluate(JSON.stringify({ mode: 'compile', template }));
      if (response !== '{}') throw new Error(`the template cannot be compiled: ${response}`);
    },
    collect: () => exported.collect(),
    stderr: () => printed,
    memoryBytes: () => exported.memory.buffer.byteLength,
  };
}

interface CueExports {
  memory: WebAssembly.Memory;
  allocate: (size: number) => number;
  evaluate: () => bigint;
  collect: () => void;
}

function exportsOf(instance: WebAssembly.Instance): CueExports {
  const { memory, allocate, evaluate, collect } = instance.exports;
  const isEngine =
    memory instanceof WebAssembly.Memory &&
    typeof allocate === 'function' &&
    typeof evaluate === 'function' &&
    typeof collect === 'function';
  if (!isEngine) throw new Error('this WebAssembly module is not the CUE engine');
  return {
    memory,
    allocate: (size) => Number(allocate(size)),
    evaluate: () => BigInt(evaluate()),
    collect: () => void collect(),
  };
}
