import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { startEvaluator, type Evaluator } from '../../src/topology/evaluator.ts';
import { limitMemory } from '../../src/topology/wasm-memory.ts';
import { buildTimeoutMs, cueModule } from './cue-module.ts';

const sample = (name: string) => readFile(new URL(`../samples/${name}`, import.meta.url), 'utf8');

describe('startEvaluator', () => {
  let module: WebAssembly.Module;
  let evaluator: Evaluator;
  before(async function () {
    this.timeout(buildTimeoutMs);
    module = await WebAssembly.compile(limitMemory(await readFile(await cueModule()), 96));
  });
  beforeEach(async () => (evaluator = await startEvaluator(module)));
  afterEach(() => evaluator.close());

  const requestOf = (template: string) =>
    JSON.stringify({ mode: 'render', template, parameter: {}, context: { name: 'n' } });

  it('evaluates, and stays usable', async () => {
    for (const n of [1, 2]) {
      const evaluation = await evaluator.evaluate(requestOf(`output: n: ${n}`), 5000);
      assert.deepEqual(evaluation, { ok: true, response: `{"objects":[{"n":${n}}],"contextFields":["name"]}` });
    }
    assert.equal(evaluator.isUsable(), true);
  });

  it('ends an endless evaluation at its deadline, with its thread', async () => {
    const evaluation = await evaluator.evaluate(requestOf(await sample('endless.cue')), 300);
    assert.equal(!evaluation.ok && evaluation.reason, 'DeadlineExceeded');
    assert.equal(evaluator.isUsable(), false);
  });

  it('ends an evaluation that needs more memory than its limit', async () => {
    const evaluation = await evaluator.evaluate(requestOf(await sample('memory-bomb.cue')), 8000);
    assert.equal(!evaluation.ok && evaluation.reason, 'OutOfMemory');
    assert.equal(evaluator.isUsable(), false);
  });

  it('fails at once after it was closed', async () => {
    await evaluator.close();
    const evaluation = await evaluator.evaluate(requestOf('output: n: 1'), 5000);
    assert.equal(!evaluation.ok && evaluation.reason, 'EngineFailed');
  });

  it('rejects a module that is not the CUE engine', async () => {
    const empty = new WebAssembly.Module(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    await assert.rejects(startEvaluator(empty), /did not start: .*not the CUE engine/);
  });
});
