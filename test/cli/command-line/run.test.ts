import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { UsageError } from '../../../src/usage-error.ts';
import { mooring, mooringStrictly } from '../../support/command-line.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';

const { objects } = recordedEdits('Environment', [{ spec: { size: 1 } }, { spec: { size: 2 } }]);
const client = createMemoryClient(objects);

const refused: { args: string[]; error: string; why: string }[] = [
  {
    args: [],
    error:
      'a command is required: history, diff, uses, rollback, check, render, hub-namespace, spoke-namespace, export, import, adopt, remove-orphans, uninstall, serve, completion; see mooring --help',
    why: 'no command',
  },
  {
    args: ['serve'],
    error: 'a command is required: webhook, controller, aggregator; see mooring serve --help',
    why: 'no role',
  },
  {
    args: ['chek'],
    error: "unknown command 'chek'; did you mean check?; see mooring --help",
    why: 'a mistyped command',
  },
  {
    args: ['chek', '--help'],
    error: "unknown command 'chek'; did you mean check?; see mooring --help",
    why: 'a mistyped command, with help',
  },
  { args: ['help', 'chek'], error: "unknown command 'chek'; did you mean check?; see mooring --help", why: 'the same' },
  {
    args: ['serve', 'webhok'],
    error: "unknown command 'webhok'; did you mean webhook?; see mooring serve --help",
    why: 'a mistyped role',
  },
  {
    args: ['check', '--stat', 'x'],
    error: "unknown option '--stat'; did you mean --state?; see mooring check --help",
    why: 'a mistyped option',
  },
  {
    args: ['history', '--wide'],
    error: "unknown option '--wide'; see mooring history --help",
    why: 'an unknown option',
  },
  {
    args: ['history', '-o', 'wide'],
    error:
      "option '-o, --output <FORMAT>' argument 'wide' is invalid. Allowed choices are yaml, json; see mooring history --help",
    why: 'an unknown format',
  },
  {
    args: ['history', '-n'],
    error: "option '-n, --namespace <NAME>' argument missing; see mooring history --help",
    why: 'no value',
  },
  {
    args: ['rollback', 'env', 'primary@v1', '--system-namespace', '--dry-run'],
    error:
      "option '--system-namespace <NAME>' argument missing: the next word is --dry-run; if that is the value, write --system-namespace=--dry-run; see mooring rollback --help",
    why: 'an option in the place of the value, as after an empty variable of a shell',
  },
  {
    args: ['check', '-n', '--state', 'x'],
    error:
      "option '-n, --namespace <NAME>' argument missing: the next word is --state; if that is the value, write --namespace=--state; see mooring check --help",
    why: 'the same after a short option',
  },
  {
    args: ['serve', 'controller', '--webhook-host', '--rule', 'InUse=off'],
    error:
      "option '--webhook-host <NAME>' argument missing: the next word is --rule; if that is the value, write --webhook-host=--rule; see mooring serve controller --help",
    why: 'the same in a role',
  },
  {
    args: ['history', 'env', 'a', 'b'],
    error: "too many arguments for 'history'. Expected 2 arguments but got 3: env, a, b; see mooring history --help",
    why: 'an argument too many',
  },
  {
    args: ['history', '--\u001b'],
    error: "unknown option '--\\u001b'; see mooring history --help",
    why: 'control characters are escaped',
  },
  {
    args: ['serve', 'webhook', '--port', '0'],
    error: '--port 0: use a whole number from 1 to 65535',
    why: 'a value out of range',
  },
  {
    args: ['check', '--dry-run=server', '-'],
    error: "unknown option '--dry-run'; see mooring check --help",
    why: 'it has no such option',
  },
];

describe('a command line', () => {
  for (const { args, error, why } of refused) {
    it(`${JSON.stringify(args.join(' '))} ends with 2 and one line on standard error: ${why}`, async () => {
      assert.deepEqual(await mooring(args), { code: 2, out: '', error: `mooring: ${error}\n` });
      await assert.rejects(mooringStrictly(args), UsageError);
    });
  }

  it('names the program that was called in errors', async () => {
    const { error } = await mooring(['uses', '--wide'], { program: 'kubectl mooring' });
    assert.equal(error, "mooring: unknown option '--wide'; see kubectl mooring uses --help\n");
  });

  it('takes options before, between and after arguments', async () => {
    for (const args of [
      ['-o', 'json', 'env', 'primary'],
      ['env', '-o', 'json', 'primary'],
      ['env', 'primary', '-ojson'],
      ['env/primary', '--output=json'],
    ]) {
      const { code, out } = await mooring(['history', ...args], { client });
      assert.equal(code, 0);
      assert.equal(JSON.parse(out).kind, 'List');
    }
  });

  it('takes --version as an option of rollback, and --dry-run=server as kubectl does', async () => {
    const args = ['rollback', 'env', 'primary@v1', '--version', '3.0.0', '--dry-run=server'];
    const { code, out } = await mooring(args, { client });
    assert.equal(code, 0);
    assert.match(out, /published as 3\.0\.0[^]*\(server dry run\)\n$/);
  });

  it('ends with the exit code of its command', async () => {
    assert.equal((await mooring(['diff', 'env', 'primary@v1'], { client })).code, 1);
    assert.equal((await mooring(['diff', 'env', 'primary@v2'], { client })).code, 0);
  });
});

describe('help', () => {
  it('lists the commands, each on one line', async () => {
    const { code, out, error } = await mooring(['help']);
    assert.deepEqual([code, error], [0, '']);
    const listed = [...out.matchAll(/^ {2}([a-z][a-z-]*) {2,}\S.*$/gm)].map(([, name]) => name);
    const names =
      'history diff uses rollback check render hub-namespace spoke-namespace export import adopt remove-orphans uninstall serve completion help';
    assert.deepEqual(listed, names.split(' '));
    assert.ok(out.split('\n').length <= 40, 'it fits on a page');
    assert.deepEqual(await mooring(['--help']), { code, out, error });
    assert.deepEqual(await mooring(['-h']), { code, out, error });
  });

  it('is what the README shows', async () => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
    assert.ok(readme.includes(`$ npm run -s mooring -- help\n${(await mooring(['help'])).out}\`\`\`\n`));
  });

  const single =
    'history diff uses rollback check render hub-namespace spoke-namespace adopt remove-orphans uninstall serve completion'.split(
      ' ',
    );
  const paths = single.map((name) => [name]);
  const namespaceCommands = [...['open', 'allow'].map((name) => ['hub-namespace', name]), ['spoke-namespace', 'allow']];
  const roles = ['webhook', 'controller', 'aggregator'].map((role) => ['serve', role]);
  for (const path of [...paths, ...namespaceCommands, ...roles]) {
    it(`of ${path.join(' ')} describes every option, and help COMMAND equals COMMAND --help`, async () => {
      const after = await mooring([...path, '--help'], { program: 'kubectl mooring' });
      const before = await mooring(['help', ...path], { program: 'kubectl mooring' });
      assert.deepEqual(before, after);
      assert.deepEqual([after.code, after.error], [0, '']);
      assert.ok(after.out.startsWith(`Usage: kubectl mooring ${path.join(' ')} `), after.out);
      for (const line of after.out.split('\n')) {
        if (/^ {2}-/.test(line)) assert.match(line, /^ {2}(?:-\w, )?--[a-z-]+(?: <[^>]+>)?(?: {2,}\S|$)/);
      }
    });
  }

  it('shows the defaults of the options of a role', async () => {
    const { out } = await mooring(['serve', 'webhook', '--help']);
    const words = out.replaceAll(/\s+/g, ' ');
    assert.match(words, /--port <PORT> port on which the webhook serves HTTPS \(default: "8443"\)/);
    assert.match(words, /--topology-deadline <MS> [^(]* in milliseconds \(default: "2500"\)/);
    assert.match(words, /--shared-hub-namespace <NAME> [^(]*; may be repeated \(default: managed-cluster-set-global\)/);
  });
});

describe('the version', () => {
  it('is printed alone', async () => {
    assert.deepEqual(await mooring(['--version']), { code: 0, out: '0.1.0\n', error: '' });
  });
});
