import assert from 'node:assert/strict';
import { CommandFailed } from '../../../src/cli/live/command-failed.ts';
import { runLive, type LiveCommand, type LiveOptions } from '../../../src/cli/live/live-command.ts';
import { UsageError } from '../../../src/usage-error.ts';
import { ApiError, ServerUnreachable } from '../../../src/kube/client/errors.ts';
import { liveTerminal } from '../../support/live-terminal.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const verb = { name: 'look', failure: 3 };

async function look(options: Partial<LiveOptions> = {}, body: (command: LiveCommand) => number = () => 0) {
  const { terminal, written } = liveTerminal(createMemoryClient(), { program: 'kubectl mooring' });
  const code = await runLive(verb, { systemNamespace: 'mural-system', ...options }, terminal, (command) =>
    Promise.resolve().then(() => body(command)),
  );
  return { code, ...written };
}

describe('a command on a live cluster', () => {
  it('takes its namespace from the kubeconfig unless an option names one', async () => {
    const seen: string[] = [];
    const note = ({ namespace, catalog }: LiveCommand) => seen.push(namespace, catalog.systemNamespace);
    await look({}, note);
    await look({ namespace: 'other', systemNamespace: 'system' }, note);
    assert.deepEqual(seen, ['team', 'mural-system', 'other', 'system']);
  });

  it('ends with the exit code of its body', async () => assert.equal((await look({}, () => 1)).code, 1));

  const failures: { error: Error; code: number; said: string; why: string }[] = [
    { error: new CommandFailed('no such thing'), code: 3, said: 'mooring: no such thing\n', why: 'one line' },
    {
      error: new ApiError('a:\n  b\u001b', { code: 403, reason: 'Forbidden' }),
      code: 3,
      said: 'mooring: a:; b\\u001b\n',
      why: 'a message of the server becomes one line',
    },
    {
      error: new ServerUnreachable('get x: refused'),
      code: 3,
      said: 'mooring: get x: refused\n',
      why: 'the cluster is unreachable',
    },
    {
      error: new UsageError('which?'),
      code: 2,
      said: 'mooring: which?; see kubectl mooring look --help\n',
      why: 'invalid arguments',
    },
  ];
  for (const { error, code, said, why } of failures) {
    it(`ends with ${code} on ${error.name}: ${why}`, async () => {
      const ran = await look({}, () => {
        throw error;
      });
      assert.deepEqual(ran, { code, out: '', error: said });
    });
  }

  it('does not hide an unexpected error', async () => {
    await assert.rejects(
      look({}, () => {
        throw new TypeError('a bug');
      }),
      TypeError,
    );
  });
});
