import assert from 'node:assert/strict';
import { environments } from '../../src/api/kinds.ts';
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
    assert.match((await run({ ...client, replace }, 'primary@v1')).error, /^Warning: Workloads would move\n$/);
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
