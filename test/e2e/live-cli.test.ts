import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import type { Environment } from '../../src/api/environment.ts';
import {
  eventually,
  createNamespace,
  getObject,
  kubectlOk,
  run,
  sharedHub,
  type CommandResult,
} from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { deleteTestObjects } from '../support/tenant.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

describe('the command line on a live hub', function () {
  this.timeout(120_000);
  let namespace: string;
  let flags: string[];

  const cli = (...args: string[]): Promise<CommandResult> => runMooring([...args, ...flags]);
  const live = () => getObject<Environment>(['environment', 'primary', '-n', namespace]);

  async function edit(version: string, tier: string, numberOfClusters: number): Promise<void> {
    const made = environment(namespace, { labels: { tier }, placement: { numberOfClusters } });
    const object = { ...made, spec: { ...made.spec, version } };
    await kubectlOk(['apply', '-f', '-'], { input: manifest(object) });
  }

  async function recorded(revision: number): Promise<void> {
    await eventually(`revision ${revision} is recorded`, async () => (await live())?.status?.revision === revision);
  }

  before(async function () {
    this.timeout(300_000);
    const { kubeconfig } = await sharedHub();
    namespace = await createNamespace('live-cli');
    flags = ['-n', namespace, '--kubeconfig', kubeconfig];
    await edit('1.0.0', 'gold', 1);
    await recorded(1);
    await edit('1.0.1', 'silver', 2);
    const users = [
      profile(namespace),
      deployment(namespace, { name: 'pinned', environmentRef: 'primary@v1.0.0' }),
      deployment(namespace, { name: 'floating', environmentRef: 'primary@v1.0' }),
    ];
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...users) });
    await recorded(2);
  });

  after(() => deleteTestObjects(namespace));

  it('shows the history of an Environment', async () => {
    const { code, stdout, stderr } = await cli('history', 'env', 'primary');
    assert.deepEqual([code, stderr], [0, '']);
    const [heading, newest, oldest] = stdout.split('\n');
    assert.match(heading ?? '', /^REVISION +VERSION +AGE +USERS +CHANGE$/);
    assert.match(
      newest ?? '',
      /^2 \(current\) +1\.0\.1 +\S+ +1 +metadata\.labels\.tier, .*numberOfClusters, spec\.version$/,
    );
    assert.match(oldest ?? '', /^1 +1\.0\.0 +\S+ +1 +created$/);
  });

  it('prints its DefinitionRevisions', async () => {
    const { items }: { items: DefinitionRevision[] } = JSON.parse(
      (await cli('history', 'env/primary', '-o', 'json')).stdout,
    );
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ['environment.primary.v2', 'environment.primary.v1'],
    );
  });

  it('compares revisions, with the exit codes of kubectl diff', async () => {
    const { code, stdout } = await cli('diff', 'environments', 'primary@v1.0.0', '@v1.0.1');
    assert.equal(code, 1);
    assert.match(stdout, /^- {4}tier: gold\n\+ {4}tier: silver$/m);
    assert.equal((await cli('diff', 'env', 'primary', '@v1.0.1')).code, 0);
    assert.equal((await cli('diff', 'env', 'primary', '@v9')).code, 2);
  });

  it('shows the referrers of each revision', async () => {
    const { code, stdout } = await cli('uses', 'env', 'primary');
    assert.equal(code, 0);
    assert.match(stdout, /WorkloadDeployment +pinned +primary@v1\.0\.0 +1 +1\.0\.0 +pinned$/m);
    assert.match(stdout, /WorkloadDeployment +floating +primary@v1\.0 +2 +1\.0\.1 +floating$/m);
    const { users }: { users: { name: string }[] } = JSON.parse((await cli('uses', 'wp', 'web', '-o', 'json')).stdout);
    assert.deepEqual(
      users.map(({ name }) => name),
      ['floating', 'pinned'],
    );
  });

  it('shows the result of a rollback without changing anything', async () => {
    const before = await live();
    const { code, stdout } = await cli('rollback', 'env', 'primary@v1.0.0', '--dry-run');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /published as 1\.0\.2.*\n[^]*^\+ {2}version: 1\.0\.2$[^]*rolled back: revision 3 \(server dry run\)\n$/m,
    );
    assert.equal((await live())?.metadata.resourceVersion, before?.metadata.resourceVersion);
  });

  it('rejects a revision that does not exist', async () => {
    const { code, stderr } = await cli('rollback', 'env', 'primary@v1.0.7');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^mooring: Environment \S+: version 1\.0\.7 .*; existing revisions: v2 \(1\.0\.1\), v1 \(1\.0\.0\)\n$/,
    );
  });

  it('rolls back with a new edit, which deployments with a floating ref get', async () => {
    const { code, stdout } = await cli('rollback', 'env', 'primary@v1.0.0');
    assert.equal(code, 0);
    assert.match(stdout, /rolled back: revision 3\n$/);
    const { metadata, spec } = (await live()) ?? assert.fail('the Environment is there');
    assert.deepEqual([metadata.labels, spec.version], [{ tier: 'gold' }, '1.0.2']);
    assert.match(metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '', /gold/);
    await recorded(3);
    assert.match((await cli('uses', 'env', 'primary@v1.0.2')).stdout, /floating +primary@v1\.0 +3 +1\.0\.2/);
  });

  it('is a plugin of kubectl', async () => {
    const { kubectl } = await sharedHub();
    const folder = await mkdtemp(join(tmpdir(), 'mooring-'));
    try {
      await symlink(main, join(folder, 'kubectl-mooring'));
      const path = [folder, dirname(process.execPath), process.env['PATH']].join(delimiter);
      const { code, stdout } = await run('env', [
        `PATH=${path}`,
        kubectl,
        'mooring',
        'history',
        'env',
        'primary',
        ...flags,
      ]);
      assert.equal(code, 0);
      assert.match(stdout, /^3 \(current\) +1\.0\.2 /m);
      const help = await run('env', [`PATH=${path}`, kubectl, 'mooring', 'diff', '--help']);
      assert.match(help.stdout, /^Usage: kubectl mooring diff KIND NAME/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
