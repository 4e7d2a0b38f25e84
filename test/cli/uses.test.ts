import assert from 'node:assert/strict';
import { mooring } from '../support/command-line.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';
import { deploymentUser } from '../support/users-of-definitions.ts';

const edits = [{ spec: { size: 1 } }, { spec: { size: 2, version: '2.0.0' } }];
const objects = [
  ...recordedEdits('Environment', edits).objects,
  deploymentUser({ name: 'a', environment: { name: 'primary' } }),
  deploymentUser({ name: 'b', environment: { name: 'primary@v1' } }),
  deploymentUser({ name: 'c', environment: { name: 'primary@v9' } }),
];

function run(...args: string[]) {
  return mooring(['uses', ...args], { client: createMemoryClient(objects) });
}

describe('mooring uses', () => {
  it('shows which objects refer to an object, and to which revision each ref resolves', async () => {
    const { code, out } = await run('env', 'primary');
    assert.equal(code, 0);
    assert.equal(
      out,
      [
        'NAMESPACE   KIND                 NAME   REF          REVISION   VERSION   MODE',
        'team        WorkloadDeployment   a      primary      2          2.0.0     floating',
        'team        WorkloadDeployment   b      primary@v1   1          <none>    pinned',
        'team        WorkloadDeployment   c      primary@v9   <none>     <none>    unresolved: there is no revision 9 yet',
        '',
      ].join('\n'),
    );
  });

  it('prints the same as data, also for one revision', async () => {
    const { out } = await run('env', 'primary@v1', '-o', 'json');
    assert.deepEqual(JSON.parse(out), {
      kind: 'Environment',
      namespace: 'team',
      name: 'primary',
      revision: 1,
      users: [
        { kind: 'WorkloadDeployment', namespace: 'team', name: 'b', ref: 'primary@v1', mode: 'pinned', revision: 1 },
      ],
    });
  });

  it('prints a message if no object refers to it', async () => {
    const client = createMemoryClient(recordedEdits('Environment', edits).objects);
    const result = await mooring(['uses', 'env', 'primary@v1'], { client });
    assert.deepEqual(result, { code: 0, out: '', error: 'no object refers to Environment team/primary@v1\n' });
  });

  it('warns that topologies are looked up in another namespace', async () => {
    const client = createMemoryClient(recordedEdits('PolicyDefinition', [{}]).objects);
    const { code, error } = await mooring(['uses', 'poldef', 'primary'], { client });
    assert.equal(code, 0);
    assert.match(error, /^Warning: topologies are looked up in namespace mural-system only/);
  });

  it('fails with 1 without the object, and with 2 without a name', async () => {
    assert.equal((await run('env', 'second')).code, 1);
    assert.equal((await run('env')).code, 2);
  });
});
