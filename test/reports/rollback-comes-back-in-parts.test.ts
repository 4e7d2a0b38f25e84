import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { Environment } from '../../src/api/environment.ts';
import { contentOf, readStamp, type Content } from '../../src/domain/revisions/revision.ts';
import { createNamespace, eventually, getObject, kubectl, kubectlOk, sharedHub } from '../support/hub.ts';
import { environment, manifest } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { deleteTestObjects } from '../support/tenant.ts';

const clientSide = ['apply', '-f', '-'];
const serverSide = ['apply', '--server-side', '--field-manager=kustomize-controller', '--force-conflicts', '-f', '-'];
const argoCd = ['apply', '--server-side', '--field-manager=argocd-controller', '--force-conflicts', '-f', '-'];
const replace = ['replace', '-f', '-'];
const create = ['create', '--save-config=false', '-f', '-'];

const ways: { name: string; by: string[]; again?: string[]; created?: string[]; why: string }[] = [
  { name: 'client', by: clientSide, why: 'kubectl apply' },
  { name: 'server', by: serverSide, why: 'kubectl apply --server-side as Flux' },
  { name: 'argo', by: argoCd, why: 'kubectl apply --server-side as Argo CD' },
  { name: 'moved', by: clientSide, again: serverSide, why: 'kubectl apply, then server-side apply of another manager' },
  {
    name: 'moved-by-kubectl',
    by: clientSide,
    again: ['apply', '--server-side', '-f', '-'],
    why: 'kubectl apply, then kubectl apply --server-side',
  },
  { name: 'helm-force', by: replace, created: create, why: 'helm upgrade --force, which replaces' },
];

describe('a rollback comes back in parts: after mooring rollback, the file is applied again', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('rolled-back');
  });
  after(async () => {
    await deleteTestObjects(namespace);
  });

  const tolerations = [{ key: 'cluster.open-cluster-management.io/unreachable', operator: 'Exists' }];
  const policies = [{ name: 'prod', type: 'override', properties: { components: [{ name: 'ui', remove: ['/a'] }] } }];
  const first = (name: string): Environment => {
    const labels = { tier: 'gold', 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    const annotations = { note: 'with tolerations' };
    const made = environment(namespace, { name, labels, annotations, placement: { numberOfClusters: 2, tolerations } });
    return { ...made, spec: { ...made.spec, policies } };
  };
  const v2 = (name: string): Environment =>
    environment(namespace, { name, labels: { team: 'blue', 'kustomize.toolkit.fluxcd.io/name': 'apps' } });

  const cli = async (...args: string[]) =>
    runMooring([...args, '-n', namespace, '--kubeconfig', (await sharedHub()).kubeconfig]);
  const live = (name: string) =>
    getObject<Environment>(['environment', name, '-n', namespace, '--show-managed-fields']);
  const recorded = (name: string, revision: number) =>
    eventually(`revision ${revision} of ${name} is recorded`, async () => {
      const found = await live(name);
      return found?.status?.revision === revision ? found : undefined;
    });
  const withHash = (name: string, hash: string | undefined) =>
    eventually(`${name} has the content of ${hash}, and it is recorded`, async () => {
      const found = await live(name);
      const stamp = readStamp(found?.metadata ?? { name });
      return stamp?.hash === hash && found?.status?.revision === stamp?.revision ? found : undefined;
    });
  const put = (args: readonly string[], object: Environment) => kubectlOk([...args], { input: manifest(object) });

  async function rolledBack(name: string, by: string[], created = by): Promise<void> {
    await put(created, first(name));
    await recorded(name, 1);
    await put(by, v2(name));
    await recorded(name, 2);
    const { code, stderr } = await cli('rollback', 'environment', `${name}@v1`);
    assert.equal(code, 0, stderr);
  }

  for (const { name, by, again = by, created = by, why } of ways) {
    it(`gives exactly the file: ${why}`, async () => {
      await rolledBack(name, by, created);
      const restored = await recorded(name, 3);
      const [one, two] = [await revision(name, 1), await revision(name, 2)];
      assert.equal(readStamp(restored.metadata)?.hash, one);
      assert.equal(restored.metadata.labels?.['kustomize.toolkit.fluxcd.io/name'], 'apps');
      // kubectl moves fields from client-side to server-side apply only when it applies, and not for diff.
      if (again === by && again !== replace) {
        const flags = again.slice(1).filter((flag) => flag !== '-' && flag !== '-f');
        const { code, stdout } = await kubectl(['diff', ...flags, '-f', '-'], { input: manifest(v2(name)) });
        assert.equal(code, 1, stdout);
        assert.match(stdout, /^- +- key: cluster\.open-cluster-management\.io\/unreachable$/m);
      }
      await put(again, v2(name));
      // kubectl applies twice when it moves fields from client-side to server-side apply, so that the number of revisions differs.
      const after = await withHash(name, two);
      assert.deepEqual(contentOf(after), await contentAt(name, 2));
      await put(again, first(name));
      await withHash(name, one);
    });
  }

  it('names what Helm leaves, because helm upgrade only sends what differs between its manifests', async () => {
    const helm = { 'meta.helm.sh/release-name': 'apps', 'meta.helm.sh/release-namespace': namespace };
    const withHelm = ({ metadata, ...rest }: Environment): Environment => ({
      ...rest,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...helm } },
    });
    await put(create, withHelm(first('helm')));
    await recorded('helm', 1);
    await put(replace, withHelm(v2('helm')));
    await recorded('helm', 2);
    const { code, stderr } = await cli('rollback', 'environment', 'helm@v1');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Helm .*helm upgrade.*--force/m);
  });

  it('writes with --to-file what to commit, which makes the same content again', async () => {
    await rolledBack('file', serverSide);
    const { code, stdout, stderr } = await cli('rollback', 'environment', 'file@v1', '--to-file');
    assert.equal(code, 0, stderr);
    // The content of a revision includes the defaults that admission has written.
    const { apiVersion, kind } = first('file');
    const { metadata, spec } = await contentAt('file', 1);
    assert.deepEqual(metadata, { labels: { tier: 'gold' }, annotations: { note: 'with tolerations' } });
    assert.deepEqual(parse(stdout), { apiVersion, kind, metadata: { name: 'file', namespace, ...metadata }, spec });
    const before = await recorded('file', 3);
    await put(serverSide, parse(stdout));
    assert.equal(readStamp((await live('file'))?.metadata ?? before.metadata)?.revision, 3);
  });

  const objectOf = async (name: string, number: number) => {
    const found = await getObject<Recorded>(['definitionrevision', `environment.${name}.v${number}`, '-n', namespace]);
    return found ?? assert.fail(`revision ${number} is there`);
  };
  const revision = async (name: string, number: number) =>
    (await objectOf(name, number)).metadata.annotations['spectrocloud.com/revision-hash'];
  const contentAt = async (name: string, number: number) => (await objectOf(name, number)).spec.object;
});

interface Recorded {
  apiVersion: string;
  kind: string;
  metadata: { name: string; annotations: Record<string, string> };
  spec: { object: Content };
}
