import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import type { Environment } from '../../src/api/environment.ts';
import { definitionRevisions, environments } from '../../src/api/kinds.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { apply, eventually, createNamespace, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { pidOf, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { manifest, ocmEnvironment } from '../support/sample-objects.ts';

// The object that it is reconciling is deleted while it is frozen, and there is a new object with the same name.
describe('a controller that is frozen after it recorded a revision', function () {
  this.timeout(120_000);
  let hub: Hub;
  let client: Client;
  let namespace: string;
  let spare: ExtraRole | undefined;
  let frozen: number | undefined;

  before(async () => {
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    namespace = await createNamespace('frozen');
    spare = await startExtraRole(hub, 'controller', { identity: 'spare-controller' });
  });

  after(async () => {
    if (frozen !== undefined) process.kill(frozen, 'SIGCONT');
    await spare?.end();
    await restoreHub();
    await kubectlOk(['delete', 'namespace', namespace, '--wait=false']);
  });

  it('does not lose or mix up revisions of an object that was deleted and created again meanwhile', async () => {
    const key = { namespace, name: 'primary' };
    const pid = await pidOf(hub, 'controller');
    const logged = (await readFile(hub.files.log('controller'), 'utf8')).length;
    await edit('old');
    await eventually('the first revision is recorded', async () => (await revisions()).length === 1);
    process.kill(pid, 'SIGSTOP');
    frozen = pid;
    const old = await client.get<Environment>(environments, key);

    // The other controller takes over when the Lease has expired, and removes the finalizer of the object.
    await kubectlOk(['delete', 'environment', 'primary', '-n', namespace, '--timeout=50s']);
    await edit('new 1');
    await edit('new 2');
    await edit('new 3');
    const expected = [
      [1, 'new 1'],
      [2, 'new 2'],
      [3, 'new 3'],
    ];
    await eventually(
      'three revisions are recorded',
      async () => JSON.stringify(await contents()) === JSON.stringify(expected),
    );

    process.kill(pid, 'SIGCONT');
    frozen = undefined;
    await eventually('the former leader logs that it lost the Lease', async () =>
      (await readFile(hub.files.log('controller'), 'utf8')).slice(logged).includes('lost the Lease'),
    );
    await sleep(2000);
    const now = await client.get<Environment>(environments, key);
    assert.notEqual(now.metadata.uid, old.metadata.uid);
    assert.equal(now.status?.revision, 3);
    assert.deepEqual(await contents(), expected);
    const owners = (await revisions()).map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
    assert.deepEqual(new Set(owners), new Set([now.metadata.uid]));
    await edit('new 4');
    await eventually('a fourth revision is recorded', async () => (await contents()).length === 4);
  });

  /** Uses kubectl, which waits until the previous edit is recorded. */
  async function edit(text: string): Promise<void> {
    const { code, stderr } = await apply(manifest([ocmEnvironment({ namespace, name: 'primary', edit: text })]));
    assert.equal(code, 0, stderr);
  }

  async function revisions(): Promise<DefinitionRevision[]> {
    const { items } = await client.list<DefinitionRevision>(definitionRevisions, { namespace });
    return items.toSorted((left, right) => left.spec.revision - right.spec.revision);
  }

  async function contents(): Promise<unknown[]> {
    return (await revisions()).map(({ spec }) => [spec.revision, spec.object.metadata?.annotations?.['edit']]);
  }
});
