import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGo } from '../../../deploy/local/kubernetes/go-command.ts';

const sources = join(import.meta.dirname, '..', '..', '..', 'src', 'topology', 'cue');

/** The CUE engine as a program of the machine. It evaluates one request at a time. */
export interface NativeCue {
  /** The response in JSON, the ms that the evaluation took without the transfer, and the ms of CPU time of the program so far. */
  evaluate: (request: object) => Promise<{ response: string; ms: number; cpuMs: number }>;
  close: () => Promise<void>;
}

/** Builds the sources of the engine for this machine, and starts the program. */
export async function startNativeCue(): Promise<NativeCue> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-cue-'));
  const program = join(folder, 'cue');
  const overlay = join(folder, 'overlay.json');
  const replaced = { [join(sources, 'main.go')]: join(import.meta.dirname, 'native.go') };
  await writeFile(overlay, JSON.stringify({ Replace: replaced }));
  await runGo({
    args: ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', `-overlay=${overlay}`, '-o', program, '.'],
    module: sources,
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    takeProgress: (line) => line.startsWith('go: downloading'),
  });
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async evaluate(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value = '', done } = await lines.next();
      if (done === true) throw new Error('the native CUE engine has ended');
      const [ms = '', cpu = ''] = value.split(' ', 2);
      return { ms: Number(ms) / 1e6, cpuMs: Number(cpu) / 1e6, response: value.slice(ms.length + cpu.length + 2) };
    },
    async close() {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
