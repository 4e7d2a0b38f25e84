import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { webhookConfigurationName } from '../../src/api/names.ts';
import { definitionRevisions, environments } from '../../src/api/kinds.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { apply, eventually, createNamespace, restoreHub, sharedHub } from '../support/hub.ts';
import { pidOf } from '../support/hub-processes.ts';
import { manifest, ocmEnvironment } from '../support/sample-objects.ts';
import { deleteTestObjects } from '../support/tenant.ts';

describe('edits while a part of mooring is unavailable', function () {
  this.timeout(90_000);
  let hub: Hub;
  let client: Client;
  let namespace: string;
  let paused: number | undefined;

  before(async () => {
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    namespace = await createNamespace('away');
  });

  after(async () => {
    if (paused !== undefined) process.kill(paused, 'SIGCONT');
    await restoreHub();
    await deleteTestObjects(namespace);
  });

  it('without a controller: objects can be created, and further edits wait until the controller records them', async () => {
    const pid = await pidOf(hub, 'controller');
    process.kill(pid, 'SIGSTOP'); // unlike a new process it continues at once, and kubectl retries for 10 s only
    paused = pid;
    const created = await apply(manifest([ocmEnvironment({ namespace, name: 'primary', edit: '1' })]));
    assert.equal(created.code, 0, created.stderr);

    const edit = { metadata: { annotations: { edit: '2' } } };
    await assert.rejects(client.patch(environments, { namespace, name: 'primary' }, edit), (error) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.code, 429);
      assert.equal(error.details?.retryAfterSeconds, 1);
      assert.match(error.message, /NotYetRecorded/);
      assert.match(error.message, /controller/);
      return true;
    });
    const labelled = { metadata: { annotations: { edit: '1' } } };
    await client.patch(environments, { namespace, name: 'primary' }, labelled); // no change of content, so it is never denied

    const waiting = apply(manifest([ocmEnvironment({ namespace, name: 'primary', edit: '2' })]));
    await sleep(1500);
    process.kill(pid, 'SIGCONT');
    paused = undefined;
    const { code, stderr } = await waiting;
    assert.equal(code, 0, `kubectl does not wait long enough: ${stderr}`);
    await recorded('primary', ['1', '2']);
  });

  it('without the webhook configurations: the edits get their stamps when the configurations exist again', async () => {
    for (const kind of webhookConfigurations) await client.delete(kind, { name: webhookConfigurationName });
    await eventually('admission is not called', async () => {
      const probe = ocmEnvironment({ namespace, name: 'probe' });
      const admitted = await client.create<KubeObject>(environments, probe, { dryRun: true });
      return admitted.metadata.annotations?.['spectrocloud.com/revision'] === undefined;
    });
    const edited = [
      ocmEnvironment({ namespace, name: 'primary', edit: '3' }),
      ocmEnvironment({ namespace, name: 'late', edit: '1' }),
    ];
    const { code, stderr } = await apply(manifest(edited));
    assert.equal(code, 0, stderr);
    await restoreHub();
    await recorded('primary', ['1', '2', '3']);
    await recorded('late', ['1']);
  });

  /** Asserts that every edit is a revision with its content, in the right order. */
  async function recorded(name: string, edits: string[]): Promise<void> {
    await eventually(`revision ${edits.length} of ${name} is recorded`, async () => {
      const { status } = await client.get<Environment>(environments, { namespace, name });
      return status?.revision === edits.length;
    });
    const { items } = await client.list<DefinitionRevision>(definitionRevisions, { namespace });
    const own = items.filter(({ spec }) => spec.name === name).toSorted((a, b) => a.spec.revision - b.spec.revision);
    assert.deepEqual(
      own.map(({ spec }) => [spec.revision, spec.object.metadata?.annotations?.['edit']]),
      edits.map((edit, index) => [index + 1, edit]),
    );
  }
});
