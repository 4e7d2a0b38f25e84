import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { apply, createNamespace, getObject, kubectl, kubectlOk, type CommandResult } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

const requested = 'spectrocloud.com/requested-environment-ref';
const stamp = 'spectrocloud.com/environment-revision';

/** The two ways of kubectl to apply. */
const ways: { how: string; flags: string[] }[] = [
  { how: 'client-side', flags: [] },
  { how: 'server-side', flags: ['--server-side'] },
];

describe('a namespace with the label pin-refs=true', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async () => {
    namespace = await createNamespace('pinned');
    await kubectlOk(['label', 'namespace', namespace, 'spectrocloud.com/pin-refs=true']);
    accepted(await apply(manifest(environment(namespace), profile(namespace))));
    await editEnvironment();
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  let newest = 1;
  const editEnvironment = async () => {
    newest += 1;
    await kubectlOk(['annotate', 'environment', 'primary', '-n', namespace, '--overwrite', `edit=${newest}`]);
  };
  const stored = (name: string) => getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);

  for (const { how, flags } of ways) {
    describe(`(${how} apply)`, () => {
      const name = `web-${how}`;
      const file = (environmentRef = 'primary', labels: Record<string, string> = {}) => {
        const made = deployment(namespace, { name, environmentRef });
        return manifest({ ...made, metadata: { ...made.metadata, labels } });
      };

      it('replaces a ref with its meaning, and records the original ref', async () => {
        accepted(await apply(file(), ...flags));
        const { metadata, spec } = (await stored(name)) ?? assert.fail();
        assert.equal(spec.environmentRef.name, `primary@v${newest}`);
        assert.equal(spec.workloadProfileRef.name, 'web@v1');
        assert.equal(metadata.annotations?.[requested], 'primary');
        assert.match(
          metadata.annotations?.[stamp] ?? '',
          new RegExp(`^${namespace}/primary@v${newest}#h1:[0-9a-f]{64}$`),
        );
      });

      it('does not change the pin when the same file is applied again after a new revision, and shows no difference', async () => {
        const before = await stored(name);
        await editEnvironment();
        const diff = await kubectl(['diff', '-f', '-', ...flags], { input: file() });
        assert.equal(diff.code, 0, diff.stdout);
        accepted(await apply(file(), ...flags));
        const now = await stored(name);
        assert.deepEqual(now?.spec, before?.spec);
        assert.equal(now?.metadata.generation, before?.metadata.generation);
        assert.deepEqual(now?.metadata.annotations?.[requested], before?.metadata.annotations?.[requested]);
      });

      it('does not change the pin when something else in the file changes', async () => {
        const before = await stored(name);
        accepted(await apply(file('primary', { tier: 'gold' }), ...flags));
        const now = await stored(name);
        assert.equal(now?.metadata.labels?.['tier'], 'gold');
        assert.deepEqual(now?.spec, before?.spec);
        assert.equal(now?.metadata.annotations?.[requested], 'primary');
      });

      it('pins a new ref if the file changes the ref', async () => {
        accepted(await apply(file('primary@v1'), ...flags));
        const now = await stored(name);
        assert.equal(now?.spec.environmentRef.name, 'primary@v1');
        assert.equal(now?.metadata.annotations?.[requested], undefined);
        assert.match(now?.metadata.annotations?.[stamp] ?? '', new RegExp(`^${namespace}/primary@v1#h1:`));
      });
    });
  }
});

describe('a namespace with the label pin-refs=required', function () {
  this.timeout(90_000);
  let namespace: string;

  before(async () => {
    namespace = await createNamespace('required');
    await kubectlOk(['label', 'namespace', namespace, 'spectrocloud.com/pin-refs=required']);
    const versioned = environment(namespace, { name: 'versioned' });
    const objects: KubeObject[] = [
      environment(namespace),
      { ...versioned, spec: { version: '3.1.0', ...versioned.spec } } as KubeObject,
      profile(namespace),
    ];
    accepted(await apply(manifest(...objects)));
  });
  after(() => deleteTestObjects(namespace));

  const cases: { ref: string; profileRef: string; denied?: RegExp; why: string }[] = [
    {
      ref: 'primary',
      profileRef: 'web@v1',
      denied: /use primary@v1 /,
      why: 'a ref to the newest revision is floating; the message names the pinned ref',
    },
    {
      ref: 'primary@v1',
      profileRef: 'web',
      denied: /workloadProfileRef.*use web@v1 /,
      why: 'the same is true for a profile',
    },
    {
      ref: 'versioned@v3.1',
      profileRef: 'web@v1',
      denied: /use versioned@v3\.1\.0 /,
      why: 'a ref to a minor version is floating',
    },
    { ref: 'versioned@v3', profileRef: 'web@v1', denied: /UnpinnedRef/, why: 'a ref to a major version is floating' },
    { ref: 'versioned@v3.1.0', profileRef: 'web@v1', why: 'a ref to a version is pinned' },
    { ref: 'primary@v1', profileRef: 'web@v1', why: 'a ref to a revision is pinned' },
  ];
  for (const { ref, profileRef, denied, why } of cases) {
    it(`${denied === undefined ? 'admits' : 'denies'} ${ref} with ${profileRef}: ${why}`, async () => {
      const made = deployment(namespace, { environmentRef: ref });
      const object = { ...made, spec: { ...made.spec, workloadProfileRef: { name: profileRef } } };
      const ran = await apply(manifest(object), '--dry-run=server');
      if (denied === undefined) return accepted(ran);
      assert.equal(ran.code, 1);
      assert.match(ran.stderr, /UnpinnedRef/);
      assert.match(ran.stderr, denied);
    });
  }
});

function accepted({ code, stderr }: CommandResult): void {
  assert.equal(code, 0, stderr);
}
