import assert from 'node:assert/strict';
import { CommandFailed } from '../../../src/cli/command-failed.ts';
import { calledAs, runLive, textOf, type LiveCommand } from '../../../src/cli/live/live-command.ts';
import { UsageError } from '../../../src/config.ts';
import { ApiError, ServerUnreachable } from '../../../src/kube/client/errors.ts';
import { liveTerminal } from '../../support/live-terminal.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const verb = { name: 'look', usage: 'Usage: mooring look', flags: { deep: { type: 'boolean' } }, failure: 3 } as const;

async function look(args: string[], body: (command: LiveCommand) => number = () => 0) {
  const { terminal, written } = liveTerminal(createMemoryClient(), { program: 'kubectl mooring' });
  const code = await runLive(verb, args, terminal, (command) => Promise.resolve().then(() => body(command)));
  return { code, ...written };
}

describe('a command on a live cluster', () => {
  it('takes its namespace from the kubeconfig unless told otherwise', async () => {
    const seen: string[] = [];
    const note = ({ namespace, catalog }: LiveCommand) => seen.push(namespace, catalog.systemNamespace);
    await look([], note);
    await look(['-n', 'other', '--system-namespace=system'], note);
    assert.deepEqual(seen, ['team', 'mural-system', 'other', 'system']);
  });

  it('reads flags of its own wherever they stand', async () => {
    await look(['a', '--deep', 'b', '-o', 'json'], ({ positionals, values, output }) => {
      assert.deepEqual(
        [positionals, values['deep'], textOf(values['deep']), output],
        [['a', 'b'], true, undefined, 'json'],
      );
      return 0;
    });
  });

  it('ends as its body says', async () => assert.equal((await look([], () => 1)).code, 1));

  it('shows its usage by the name that was called', async () => {
    assert.deepEqual(await look(['--help']), { code: 0, out: 'Usage: kubectl mooring look\n', error: '' });
  });

  const failures: { error: Error; code: number; said: string; why: string }[] = [
    { error: new CommandFailed('no such thing'), code: 3, said: 'mooring: no such thing\n', why: 'said in one line' },
    {
      error: new ApiError('a:\n  b\u001b', { code: 403, reason: 'Forbidden' }),
      code: 3,
      said: 'mooring: a:; b\\u001b\n',
      why: 'what the server says is made one line',
    },
    { error: new ServerUnreachable('get x: refused'), code: 3, said: 'mooring: get x: refused\n', why: 'no cluster' },
    {
      error: new UsageError('which?'),
      code: 2,
      said: 'mooring: which?; see kubectl mooring look --help\n',
      why: 'unusable',
    },
  ];
  for (const { error, code, said, why } of failures) {
    it(`ends with ${code} on ${error.name}: ${why}`, async () => {
      const ran = await look([], () => {
        throw error;
      });
      assert.deepEqual(ran, { code, out: '', error: said });
    });
  }

  for (const args of [['--wide'], ['-o', 'wide'], ['-n']]) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { code, error } = await look(args);
      assert.equal(code, 2);
      assert.match(error, /^mooring: .*; see kubectl mooring look --help\n$/);
    });
  }

  it('hides no mistake of its own', async () => {
    await assert.rejects(
      look([], () => {
        throw new TypeError('a bug');
      }),
      TypeError,
    );
  });
});

describe('a usage text', () => {
  it('names the program that was called, and leaves names of other things alone', () => {
    assert.equal(calledAs('kubectl mooring', 'mooring look (mooring-system)'), 'kubectl mooring look (mooring-system)');
  });
});
