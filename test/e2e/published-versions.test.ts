import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import type { Environment } from '../../src/api/environment.ts';
import { definitionRevisions, workloadDeployments } from '../../src/api/kinds.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import {
  apply,
  eventually,
  createNamespace,
  getObject,
  kubectl,
  kubectlOk,
  sharedHub,
  type CommandResult,
} from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

/** The time from the admission of a new version until the status of a deployment contains it. */
const followsWithinMs = 1000;

describe('an Environment with versions', function () {
  this.timeout(150_000);
  let client: Client;
  let namespace: string;
  let newest = 1;

  before(async () => {
    client = createHubClient((await sharedHub()).kubeconfig);
    namespace = await createNamespace('versions');
    accepted(await publish('1.0.0', 1));
    accepted(
      await apply(
        manifest(
          profile(namespace),
          deployment(namespace, { name: 'following', environmentRef: 'primary', spokeNamespace: `${namespace}-a` }),
          deployment(namespace, { name: 'on-line', environmentRef: 'primary@v1.0', spokeNamespace: `${namespace}-b` }),
          deployment(namespace, { name: 'fixed', environmentRef: 'primary@v1.0.0', spokeNamespace: `${namespace}-c` }),
        ),
      ),
    );
    for (const name of ['following', 'on-line', 'fixed']) await eventually(name, async () => (await used(name)) === 1);
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(`${namespace}-a`, `${namespace}-b`, `${namespace}-c`);
  });

  const publish = (version: string | undefined, clusters: number, name = 'primary'): Promise<CommandResult> => {
    const made = environment(namespace, { name, placement: { numberOfClusters: clusters } });
    return apply(manifest({ ...made, spec: { ...(version === undefined ? {} : { version }), ...made.spec } }));
  };
  const used = async (name: string): Promise<number | undefined> => {
    const { status } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name });
    return status?.environment?.revision;
  };
  const status = async () => (await getObject<Environment>(['environment', 'primary', '-n', namespace]))?.status;

  it('denies another spec with a published version, and names the next free version', async () => {
    const { code, stderr } = await publish('1.0.0', 2);
    assert.equal(code, 1);
    assert.match(stderr, /1\.0\.1 \(VersionReused\)/);
    assert.equal((await status())?.revision, 1);
  });

  it('changes the meaning of floating refs within a second, but not of pinned refs', async () => {
    const times: number[] = [];
    // The shortest of three times, because other tests may run at the same time.
    for (let patch = 1; patch <= 3 && !times.some((ms) => ms < followsWithinMs); patch += 1) {
      newest += 1;
      accepted(await publish(`1.0.${patch}`, newest));
      const began = performance.now();
      const all = async () => (await used('following')) === newest && (await used('on-line')) === newest;
      await eventually('both deployments use the new version', all);
      times.push(Math.round(performance.now() - began));
      assert.deepEqual((await status())?.versions, { '1.0': `1.0.${patch}` });
    }
    assert.ok(Math.min(...times) < followsWithinMs, `took ${times.join()} ms`);
    assert.equal(await used('fixed'), 1);
  });

  it('allows a published version again with the same spec', async () => {
    const highest = newest;
    assert.match((await publish('1.0.0', 9)).stderr, /VersionReused/);
    accepted(await publish('1.0.0', 1));
    newest += 1;
    await eventually('the newest revision is used', async () => (await used('following')) === newest);
    assert.equal(await used('on-line'), highest, 'the highest version of the minor line is the same as before');
    assert.equal(await used('fixed'), 1, 'a version means its first revision');
  });

  it('counts the referrers of each revision', async () => {
    const users = async () => {
      const { items } = await client.list<DefinitionRevision>(definitionRevisions, { namespace });
      const own = items.filter(({ spec, status: found }) => spec.kind === 'Environment' && found?.users !== 0);
      return Object.fromEntries(own.map(({ spec, status: found }) => [spec.revision, found?.users]));
    };
    const wanted = JSON.stringify({ 1: 1, [newest - 1]: 1, [newest]: 1 });
    await eventually('each revision has one referrer', async () => JSON.stringify(await users()) === wanted);
    const table = await kubectlOk(['get', 'definitionrevision', 'environment.primary.v2', '-n', namespace]);
    assert.match(table, /USERS/);
  });

  it('denies the first version of a major whose number is a pinned revision, until no deployment uses that', async () => {
    accepted(await publish(undefined, 1, 'plain'));
    accepted(await publish(undefined, 2, 'plain'));
    const pinned = deployment(namespace, { name: 'by-number', environmentRef: 'plain@v2' });
    accepted(await apply(manifest(pinned)));
    const { code, stderr } = await publish('2.0.0', 1, 'plain');
    assert.equal(code, 1);
    assert.match(stderr, /WorkloadDeployment .*\/by-number.*VersionShadowsRevision/);
    accepted(await publish('3.0.0', 1, 'plain'));
    // A terminating deployment does not count.
    await kubectlOk(['delete', 'workloaddeployment', 'by-number', '-n', namespace, '--wait=false']);
    accepted(await publish('2.0.0', 2, 'plain'));
  });

  it('does not allow any user to create, change or delete a revision, not even an administrator', async () => {
    const name = 'environment.primary.v1';
    const found = (await getObject<DefinitionRevision>(['definitionrevision', name, '-n', namespace])) ?? assert.fail();
    const made = { ...found, metadata: { name: 'environment.primary.v99', namespace, labels: found.metadata.labels } };
    const tries = [
      kubectl(['label', 'definitionrevision', name, '-n', namespace, 'mine=yes']),
      kubectl(['delete', 'definitionrevision', name, '-n', namespace]),
    ];
    for (const { code, stderr } of await Promise.all(tries)) {
      assert.equal(code, 1);
      assert.match(stderr, /RevisionIsImmutable/);
    }
    // An administrator has the verb restore, which permits only revisions whose content and name fit.
    const created = await kubectl(['create', '-f', '-'], { input: JSON.stringify(made) });
    assert.equal(created.code, 1);
    assert.match(created.stderr, /RestoredRevisionDoesNotFit/);
  });

  it('starts at v1 with an empty history after an object with the same name was deleted', async () => {
    accepted(await publish('1.0.0', 1, 'again'));
    accepted(await publish('1.1.0', 2, 'again'));
    await kubectlOk(['delete', 'environment', 'again', '-n', namespace, '--timeout=30s']);
    // The spec differs, because the meaning of 1.0.0 is not known any more.
    accepted(await publish('1.0.0', 2, 'again'));
    const again = await eventually('the first revision is recorded', async () => {
      const found = await getObject<Environment>(['environment', 'again', '-n', namespace]);
      return found?.status?.revision === undefined ? undefined : found;
    });
    assert.equal(again.status?.revision, 1);
    assert.deepEqual(again.status?.versions, { '1.0': '1.0.0' });
    const selector = 'spectrocloud.com/kind=Environment,spectrocloud.com/name=again';
    const names = await kubectlOk(['get', 'definitionrevisions', '-n', namespace, '-l', selector, '-o', 'name']);
    assert.match(names.trim(), /^\S*environment\.again\.v1$/);
  });
});

function accepted({ code, stderr }: CommandResult): void {
  assert.equal(code, 0, stderr);
}
