import assert from 'node:assert/strict';
import { environments } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/object.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { mooring } from '../support/command-line.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';

const edits = [
  { spec: { size: 1 }, labels: { tier: 'gold' } },
  { spec: { size: 2, version: '2.0.0' }, annotations: { 'argocd.argoproj.io/tracking-id': 'x' } },
];
const { definition, objects } = recordedEdits('Environment', edits);
const live = () => createMemoryClient(objects);

function run(client: ReturnType<typeof live>, ...args: string[]) {
  return mooring(['rollback', 'env', ...args], { client });
}

describe('mooring rollback', () => {
  it('prints what it does, and writes the old content as a new edit', async () => {
    const client = live();
    const { code, out } = await run(client, 'primary@v1');
    assert.equal(code, 0);
    assert.match(
      out,
      /^Environment team\/primary: rolling back from v2 \(2\.0\.0\) to the content of v1, published as 2\.0\.1; changes /,
    );
    assert.match(out, /\nenvironment\.spectrocloud\.com\/primary rolled back/);
    const { metadata, spec } = await client.get<Definition>(environments, { namespace: 'team', name: 'primary' });
    assert.deepEqual([metadata.labels, spec], [{ tier: 'gold' }, { size: 1, version: '2.0.1' }]);
    assert.equal(metadata.annotations?.['argocd.argoproj.io/tracking-id'], 'x');
  });

  it('says who will apply other content again, and how to keep the restored content', async () => {
    const { error } = await run(live(), 'primary@v1');
    assert.equal(
      error,
      'Argo CD shows this object as OutOfSync; its next sync, or selfHeal, undoes the rollback.\n' +
        'To keep the restored content, commit what "mooring rollback environment primary@v1 -n team --to-file" prints.\n',
    );
  });

  it('says nothing about that if nobody applies the object', async () => {
    const plain = recordedEdits('Environment', [{ spec: { size: 1 } }, { spec: { size: 2 } }]);
    assert.equal((await run(createMemoryClient(plain.objects), 'primary@v1')).error, '');
  });

  describe('with --to-file', () => {
    it('prints the manifest to commit, and changes nothing', async () => {
      const client = live();
      const { code, out, error } = await run(client, 'primary@v1', '--to-file');
      assert.deepEqual([code, error, client.writes], [0, '', []]);
      assert.equal(
        out,
        `apiVersion: spectrocloud.com/v1beta1
kind: Environment
metadata:
  name: primary
  namespace: team
  labels:
    tier: gold
spec:
  size: 1
  version: 2.0.1
`,
      );
    });

    it('prints it as JSON with -o json', async () => {
      const { out } = await run(live(), 'primary@v1', '--to-file', '-o', 'json');
      assert.deepEqual(JSON.parse(out).spec, { size: 1, version: '2.0.1' });
    });

    it('prints the live content if the object is rolled back already', async () => {
      const { code, out } = await run(live(), 'primary@v2', '--to-file');
      assert.equal(code, 0);
      assert.match(out, /\nspec:\n {2}size: 2\n {2}version: 2\.0\.0\n$/);
      assert.doesNotMatch(out, /argocd/);
    });
  });

  describe('of an object that is applied by server-side apply', () => {
    const flux = {
      manager: 'kustomize-controller',
      operation: 'Apply',
      apiVersion: 'spectrocloud.com/v1beta1',
      fieldsV1: { 'f:spec': { 'f:size': {} } },
    };
    const own = {
      ...flux,
      manager: 'mooring-cli',
      operation: 'Update',
      fieldsV1: { 'f:spec': { 'f:tolerations': {} } },
    };
    const given = { ...flux, fieldsV1: { 'f:spec': { 'f:size': {}, 'f:tolerations': {} } } };
    const edit = (managedFields: JsonObject[]) =>
      createMemoryClient([
        [environments, { ...definition, metadata: { ...definition.metadata, managedFields } }],
        ...objects.slice(1),
      ]);
    const managed = async (client: ReturnType<typeof live>) =>
      (await client.get<Definition>(environments, { namespace: 'team', name: 'primary' })).metadata.managedFields;
    /** After the first write, the manager of the command owns a field, as on an API server. Some later writes fail. */
    const tracking = (client: ReturnType<typeof live>, failures: ApiError[] = []) => {
      const replace: typeof client.replace = (resource, object, options) => {
        const isFirst = client.writes.length === 0;
        const failure = isFirst ? undefined : failures.shift();
        if (failure !== undefined) client.failNext('replace', failure);
        if (isFirst) Object.assign((object as Definition).metadata, { managedFields: [flux, own] });
        return client.replace(resource, object, options);
      };
      return { ...client, replace };
    };

    it('gives the restored fields to the manager that applies it', async () => {
      const client = edit([flux]);
      assert.equal((await mooring(['rollback', 'env', 'primary@v1'], { client: tracking(client) })).code, 0);
      assert.deepEqual(await managed(client), [given]);
    });

    it('tries again if the status was written at the same time', async () => {
      const client = edit([flux]);
      const conflict = new ApiError('conflict', { code: 409, reason: 'Conflict' });
      const { code, error } = await mooring(['rollback', 'env', 'primary@v1'], {
        client: tracking(client, [conflict]),
      });
      assert.equal(code, 0, error);
      assert.deepEqual(await managed(client), [given]);
    });

    it('says that it must run again if the fields cannot be given back, and then does it', async () => {
      const client = edit([flux]);
      const forbidden = new ApiError('no', { code: 403, reason: 'Forbidden' });
      const failed = await mooring(['rollback', 'env', 'primary@v1'], { client: tracking(client, [forbidden]) });
      assert.equal(failed.code, 1);
      assert.match(
        failed.error,
        /has the restored content, but the next apply may not remove all of it; run the command again: no/,
      );
      const again = await mooring(['rollback', 'env', 'primary@v1'], { client });
      assert.deepEqual([again.code, again.error], [0, '']);
      assert.match(again.out, /already has the content of v1; its fields belong to those who apply it again/);
      assert.deepEqual(await managed(client), [given]);
    });
  });

  it('publishes the version of --version', async () => {
    const client = live();
    await run(client, 'primary@v1', '--version', '3.0.0');
    const { spec } = await client.get<Definition>(environments, { namespace: 'team', name: 'primary' });
    assert.deepEqual(spec, { size: 1, version: '3.0.0' });
  });

  for (const flag of ['--dry-run', '--dry-run=server']) {
    it(`shows the difference and changes nothing with ${flag}`, async () => {
      const client = live();
      const { code, out } = await run(client, 'primary@v1', flag);
      assert.equal(code, 0);
      assert.match(out, /^- {2}size: 2$[^]*^\+ {2}size: 1$/m);
      assert.match(out, /\(server dry run\)\n$/);
      assert.deepEqual(client.writes, []);
    });
  }

  it('prints only the object on standard output with -o', async () => {
    const { out, error } = await run(live(), 'primary@v1', '-o', 'json');
    const { kind, spec }: Definition = JSON.parse(out);
    assert.deepEqual([kind, spec], ['Environment', { size: 1, version: '2.0.1' }]);
    assert.match(error, /to the content of v1/);
  });

  it('prints the warnings of admission', async () => {
    const client = live();
    const replace: typeof client.replace = (resource, object, options) => {
      options?.onWarning?.('Workloads would move');
      return client.replace(resource, object, options);
    };
    assert.match((await run({ ...client, replace }, 'primary@v1')).error, /^Warning: Workloads would move\n/);
  });

  it('ends with 1 when the object was edited in the meantime', async () => {
    const client = live();
    client.failNext('replace', new ApiError('conflict', { code: 409, reason: 'Conflict' }));
    const { code, error } = await run(client, 'primary@v1');
    assert.equal(code, 1);
    assert.match(error, /was edited in the meantime/);
  });

  const refused: { args: string[]; code: number; error: RegExp; why: string }[] = [
    { args: ['primary@v9'], code: 1, error: /existing revisions: v2 \(2\.0\.0\), v1$/m, why: 'no such revision' },
    { args: ['primary@v2'], code: 1, error: /already has the content of v2 \(2\.0\.0\)/, why: 'nothing to do' },
    { args: ['primary'], code: 2, error: /the revision is required: use Environment primary@v…/, why: 'no revision' },
    {
      args: ['primary@v1', '--version', 'v3'],
      code: 2,
      error: /--version v3: use a version such as/,
      why: 'not a version',
    },
  ];
  for (const { args, code, error, why } of refused) {
    it(`refuses ${args.join(' ')}: ${why}`, async () => {
      const client = live();
      const ran = await run(client, ...args);
      assert.equal(ran.code, code);
      assert.match(ran.error, error);
      assert.deepEqual(client.writes, []);
    });
  }

  it('refuses an object that is being deleted', async () => {
    const metadata = { ...definition.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] };
    const client = createMemoryClient([[environments, { ...definition, metadata }], ...objects.slice(1)]);
    const { code, error } = await run(client, 'primary@v1');
    assert.deepEqual([code, error], [1, 'mooring: Environment team/primary is being deleted\n']);
  });
});
