import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';
import { mooring } from '../support/command-line.ts';
import { deployment } from '../support/manifests.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';

const edits = [{ spec: { size: 1, version: '1.0.0' } }, { spec: { size: 2, version: '1.0.1' } }];
const { definition, objects } = recordedEdits('Environment', edits);
const withVersions = { ...definition, status: { ...definition.status, versions: { '1.0': '1.0.1' } } };
const all: [Resource, KubeObject][] = [
  ...objects.filter(([resource]) => resource !== environments),
  [environments, withVersions],
  [workloadDeployments, deployment('team')],
];
const team: [Resource, KubeObject] = [namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } }];

describe('mooring import', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-import-'));
    file = join(folder, 'backup.yaml');
    const { code } = await mooring(['export', file], { client: createMemoryClient(all) });
    assert.equal(code, 0);
  });
  after(() => rm(folder, { recursive: true }));

  const run = (client: ReturnType<typeof createMemoryClient>, ...args: string[]) =>
    mooring(['import', file, ...args], { client });

  it('restores everything, with the published versions', async () => {
    const client = createMemoryClient([team]);
    const { code, out } = await run(client);
    assert.equal(code, 0, out);
    assert.match(out, /environment\.spectrocloud\.com team\/primary created \(revision 2\)\n/);
    assert.match(out, /\n4 created, 0 unchanged, 0 skipped\n$/);
    const key = { namespace: 'team', name: 'primary' };
    const { spec, status } = await client.get<Definition & { status?: object }>(environments, key);
    assert.deepEqual([spec, status], [definition.spec, { versions: { '1.0': '1.0.1' } }]);
  });

  it('continues where it was stopped', async () => {
    const client = createMemoryClient([team]);
    client.failNext('patch', new ApiError('etcd is full', { code: 500, reason: 'InternalError' }));
    assert.equal((await run(client)).code, 1);
    const { code, out } = await run(client);
    assert.equal(code, 0, out);
    assert.match(out, /\n1 created, 3 unchanged, 0 skipped\n$/);
    assert.match((await run(client)).out, /\n0 created, 4 unchanged, 0 skipped\n$/);
  });

  it('changes nothing with --dry-run', async () => {
    const client = createMemoryClient([team]);
    const { out } = await run(client, '--dry-run');
    assert.match(out, / created \(server dry run\)/);
    assert.deepEqual(client.writes, []);
  });

  it('says what it skips, and why', async () => {
    const other = { ...definition, spec: { size: 3 } };
    const { code, out } = await run(createMemoryClient([team, [environments, other]]));
    assert.equal(code, 1);
    assert.match(out, /team\/primary skipped: it exists with other content, and stays as it is\n/);
    const missing = await run(createMemoryClient());
    assert.match(missing.out, /skipped: namespace team does not exist; create it/);
    const gone = { ...definition, metadata: { ...definition.metadata, deletionTimestamp: 'now', finalizers: ['a/b'] } };
    assert.match(
      (await run(createMemoryClient([team, [environments, gone]]))).out,
      /an object of this name is being deleted/,
    );
  });

  it('reports what the API server refuses, and goes on', async () => {
    const client = createMemoryClient([team]);
    client.failNext('create', new ApiError('jane may not restore', { code: 403, reason: 'Forbidden' }));
    const { code, out } = await run(client);
    assert.equal(code, 1);
    assert.match(out, /v1 skipped: jane may not restore\n/);
    assert.match(out, /\n3 created, 0 unchanged, 1 skipped\n$/);
  });

  it('warns if the published versions cannot be restored', async () => {
    const client = createMemoryClient([team]);
    client.failNext('patch', new ApiError('no', { code: 403, reason: 'Forbidden' }));
    const { error } = await run(client);
    assert.match(error, /team\/primary: the published versions cannot be restored: no/);
  });

  it('refuses a file that is not a backup', async () => {
    const foreign = join(folder, 'foreign.yaml');
    await writeFile(foreign, '{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: b}}');
    const { code, error } = await mooring(['import', foreign], { client: createMemoryClient() });
    assert.equal(code, 2);
    assert.match(error, /Secret is not a kind that mooring export writes/);
    assert.equal((await mooring(['import'], { client: createMemoryClient() })).code, 2);
  });
});
