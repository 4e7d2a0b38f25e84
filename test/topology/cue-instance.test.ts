import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { instantiateCue, type CueInstance } from '../../src/topology/cue-instance.ts';
import { buildTimeoutMs, cueModule } from './cue-module.ts';

describe('instantiateCue', () => {
  let instance: CueInstance;
  before(async function () {
    this.timeout(buildTimeoutMs);
    instance = instantiateCue(await WebAssembly.compile(await readFile(await cueModule())));
  });

  it('evaluates one request after another, in JSON', () => {
    const request = (n: number) => ({
      mode: 'render',
      template: 'parameter: n: int\noutput: {n: parameter.n, of: context.name}',
      parameter: { n },
      context: { name: 'ä€😀' },
    });
    for (const n of [1, 2, 3]) {
      const response: unknown = JSON.parse(instance.evaluate(JSON.stringify(request(n))));
      assert.deepEqual(response, { objects: [{ n, of: 'ä€😀' }] });
    }
  });

  for (const request of ['', '{', '[]', '{"mode":"check"}', '{"mode":"dance","parameter":{},"context":{}}']) {
    it(`survives the request ${JSON.stringify(request)}`, () => {
      const response: unknown = JSON.parse(instance.evaluate(request));
      assert.ok(response !== null && typeof response === 'object' && 'reason' in response);
      assert.equal(response.reason, 'EngineFailed');
    });
  }

  it('rejects a module that is not the CUE engine', () => {
    const empty = new WebAssembly.Module(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    assert.throws(() => instantiateCue(empty), /not the CUE engine/);
  });
});
