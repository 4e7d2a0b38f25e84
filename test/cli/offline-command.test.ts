import assert from 'node:assert/strict';
import { readObjects } from '../../src/cli/offline-command.ts';
import { liveTerminal } from '../support/live-terminal.ts';
import { environment, manifest } from '../support/manifests.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const options = { namespace: 'team', systemNamespace: 'mural-system' };

describe('an offline command', () => {
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
});
