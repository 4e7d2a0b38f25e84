import { parentPort, workerData } from 'node:worker_threads';
import { builtinTopologies } from './builtin.ts';
import { instantiateCue, type CueInstance } from './cue-instance.ts';
import type { WorkerReply } from './evaluator.ts';

/** Runs in the thread of one evaluator: evaluates one request at a time. */
function serve(port: NonNullable<typeof parentPort>, module: WebAssembly.Module): void {
  const reply = (message: WorkerReply): void => port.postMessage(message);
  const instance = instantiateCue(module);
  for (const template of Object.values(builtinTopologies)) instance.keepCompiled(template);
  // The first evaluation is slow because its code is not compiled yet. That time must not count for the deadline of a request.
  instance.evaluate(JSON.stringify(warmUp));
  port.on('message', (request: string) => {
    const result = evaluate(instance, request);
    reply(result);
    // Nobody waits for it, other than in the middle of the next evaluation.
    if (result.kind === 'response') instance.collect();
  });
  reply({ kind: 'ready' });
}

const warmUp = {
  mode: 'render',
  template:
    'parameter: close({count?: int & >=1})\ncontext: name: string\noutput: {kind: "Placement", metadata: name: context.name}',
  parameter: { count: 1 },
  context: { name: 'warm' },
};

function evaluate(instance: CueInstance, request: string): WorkerReply {
  try {
    const response = instance.evaluate(request);
    return { kind: 'response', response, memoryBytes: instance.memoryBytes() };
  } catch (error) {
    // Go exits with proc_exit, for which WASI throws a symbol, or with a trap.
    const printed = instance.stderr().trim();
    const message = printed === '' ? String(error) : (printed.split('\n')[0] ?? printed);
    return { kind: 'failed', outOfMemory: /out of memory|cannot allocate memory/.test(printed), message };
  }
}

if (parentPort !== null && workerData instanceof WebAssembly.Module) serve(parentPort, workerData);
