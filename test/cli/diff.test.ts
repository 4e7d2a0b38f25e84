import assert from 'node:assert/strict';
import { mooring } from '../support/command-line.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';

const edits = [
  { spec: { size: 1 } },
  { spec: { size: 2 } },
  { spec: { size: 2, version: '2.0.0' } },
  { spec: { size: 2 } },
];
const { objects } = recordedEdits('Environment', edits);

function run(args: string[], colour = false) {
  return mooring(['diff', 'env', ...args], { client: createMemoryClient(objects), colour });
}

describe('mooring diff', () => {
  it('shows what changed between two revisions, and ends with 1', async () => {
    assert.deepEqual(await run(['primary', '@v1', '@v2.0.0']), {
      code: 1,
      out: [
        '--- Environment team/primary@v1',
        '+++ Environment team/primary@v3 (2.0.0)',
        '@@ -1,3 +1,4 @@',
        ' metadata: {}',
        ' spec:',
        '-  size: 1',
        '+  size: 2',
        '+  version: 2.0.0',
        '',
      ].join('\n'),
      error: '',
    });
  });

  const sides: [args: string[], from: string, to: string, why: string][] = [
    [['primary'], 'v3 (2.0.0)', 'v4', 'the last edit'],
    [['primary@v1'], 'v1', 'v4', 'with the newest'],
    [['primary', '@v1'], 'v1', 'v4', 'the same in two words'],
    [['primary@v3', '@v1'], 'v3 (2.0.0)', 'v1', 'in the given order'],
    [['primary@v1', '@v2'], 'v1', 'v3 (2.0.0)', 'a revision means what it means in a ref'],
  ];
  for (const [args, from, to, why] of sides) {
    it(`of ${args.join(' ')} compares ${from} with ${to}: ${why}`, async () => {
      const [first, second] = (await run(args)).out.split('\n');
      assert.deepEqual([first, second], [`--- Environment team/primary@${from}`, `+++ Environment team/primary@${to}`]);
    });
  }

  it('prints nothing and ends with 0 if there is no difference', async () => {
    assert.deepEqual(await run(['primary@v2', '--exact-revision']), { code: 0, out: '', error: '' });
  });

  it('is coloured if the terminal supports colours', async () => {
    assert.ok((await run(['primary@v1'], true)).out.includes('\u001b[31m-  size: 1'));
  });

  it('prints the changes as data', async () => {
    const { code, out } = await run(['primary@v1', '-o', 'json']);
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), {
      kind: 'Environment',
      namespace: 'team',
      name: 'primary',
      from: { revision: 1 },
      to: { revision: 4 },
      changes: [{ path: '/spec/size', before: 1, after: 2 }],
    });
  });

  const failures: [args: string[], why: string][] = [
    [['primary@v9'], 'no such revision'],
    [['second'], 'no such object'],
    [['primary', 'v1'], 'not a revision'],
    [['primary@v1', '@v2', '@v3'], 'three of them'],
  ];
  for (const [args, why] of failures) {
    it(`ends with 2 for ${args.join(' ')}: ${why}`, async () => {
      const { code, out, error } = await run(args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(error, /^mooring: .*\n$/);
    });
  }

  it('ends with 2 for an object with only one revision', async () => {
    const client = createMemoryClient(recordedEdits('Environment', [{}]).objects);
    const { code, error } = await mooring(['diff', 'env', 'primary'], { client });
    assert.equal(code, 2);
    assert.match(error, /has only one revision: v1/);
  });
});
