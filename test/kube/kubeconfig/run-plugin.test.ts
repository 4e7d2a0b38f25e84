import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runPlugin } from '../../../src/kube/kubeconfig/run-plugin.ts';

const run = (script: string, changes: object = {}) =>
  runPlugin({ command: 'sh', args: ['-c', script], env: process.env, interactive: false, limitMs: 5000, ...changes });

describe('runPlugin', () => {
  it('resolves with what the plugin prints, with its variables', async () => {
    assert.equal(await run('printf "$WORD"', { env: { ...process.env, WORD: 'hello' } }), 'hello');
  });

  it('gives the plugin no standard input unless it is interactive', async () => {
    assert.equal(await run('cat; printf end'), 'end');
  });

  const refused: [why: string, script: string, changes: object, message: RegExp][] = [
    ['fails', 'exit 3', {}, /^Error: exec plugin "sh" failed with exit code 3$/],
    ['is ended', 'kill -9 $$', {}, /^Error: exec plugin "sh" ended with SIGKILL$/],
    ['hangs', 'sleep 30', { limitMs: 50 }, /^Error: exec plugin "sh" has not ended after 0.05 s and was killed$/],
    ['ignores signals', "trap '' TERM; sleep 30", { limitMs: 50 }, /has not ended after 0.05 s and was killed$/],
    ['prints without an end', 'yes', {}, /printed more than 1048576 bytes$/],
    [
      'is missing',
      '',
      { command: 'no-such-plugin', installHint: 'see example.org' },
      /^Error: exec plugin "no-such-plugin" is not installed; see example\.org$/,
    ],
    ['may not be run', '', { command: '/' }, /^Error: exec plugin "\/" cannot be run: spawn \/ EACCES$/],
  ];
  for (const [why, script, changes, message] of refused) {
    it(`says that a plugin ${why}`, () => assert.rejects(run(script, changes), message));
  }

  it('does not wait for what a plugin leaves behind', async () => {
    assert.equal(await run('echo done; sleep 3 &'), 'done\n');
    await assert.rejects(run('sleep 3 & exit 3'), /failed with exit code 3$/);
  }).timeout(2500);

  it('does not keep the process, or its standard error, when it was killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-plugin-'));
    const pidFile = join(folder, 'pid');
    try {
      const program = `
        import { runPlugin } from ${JSON.stringify(import.meta.resolve('../../../src/kube/kubeconfig/run-plugin.ts'))};
        const script = 'sleep 30 & echo $! > ${pidFile}; echo waiting >&2; wait';
        await runPlugin({ command: 'sh', args: ['-c', script], env: process.env, interactive: false, limitMs: 500 })
          .catch((error) => console.log(error.message));
      `;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { timeout: 8000 });
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      assert.deepEqual(
        [code, stdout, stderr],
        [0, 'exec plugin "sh" has not ended after 0.5 s and was killed\n', 'waiting\n'],
      );
      process.kill(Number(await readFile(pidFile, 'utf8')));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
