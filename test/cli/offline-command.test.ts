import assert from 'node:assert/strict';
import { readObjects, withEngine } from '../../src/cli/offline-command.ts';
import { liveTerminal } from '../support/live-terminal.ts';
import { environment, manifest } from '../support/manifests.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const options = { namespace: 'team', systemNamespace: 'mural-system' };

describe('an offline command', function () {
  this.timeout(60_000);

  it('puts objects without a namespace into the namespace of its options', async () => {
    const { metadata: _, ...rest } = environment('other');
    const input = manifest({ ...rest, metadata: { name: 'primary' } });
    const { terminal } = liveTerminal(createMemoryClient());
    const { manifests, isComplete } = await readObjects(['-'], options, {
      ...terminal,
      stdin: () => Promise.resolve(input),
    });
    assert.deepEqual(
      manifests.map(({ object }) => object.metadata.namespace),
      ['team'],
    );
    assert.equal(isComplete, true);
  });

  it('closes the engine if it fails', async () => {
    const { terminal } = liveTerminal(createMemoryClient());
    const seen: Parameters<Parameters<typeof withEngine>[3]>[0][] = [];
    const failing = withEngine('test', options, { ...terminal, environment: process.env }, (engine) => {
      seen.push(engine);
      return Promise.reject(new Error('failed'));
    });
    await assert.rejects(failing, /^Error: failed$/);
    const [engine] = seen;
    assert.ok(engine);
    const result = await engine.check('parameter: {}', {});
    assert.equal(result.ok, false);
  });
});
