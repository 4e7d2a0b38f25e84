import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { hasCaBundles } from '../../deploy/local/hub/apply/webhook-service.ts';
import { installNamespace, webhookConfigurationName } from '../../src/api/names.ts';
import { environments } from '../../src/api/kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { secretResource } from '../../src/tls/secret.ts';
import { authoritySecretName, servingSecretName } from '../../src/tls/store.ts';
import { eventually, sharedHub } from '../support/hub.ts';
import { pidOf } from '../support/hub-processes.ts';
import { ocmEnvironment } from '../support/sample-objects.ts';

describe('the certificates of the webhook', function () {
  this.timeout(60_000);
  let hub: Hub;
  let client: Client;
  let pid: number;

  before(async () => {
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    pid = await pidOf(hub, 'webhook');
  });

  afterEach(async () => assert.equal(await pidOf(hub, 'webhook'), pid, 'the webhook was restarted'));

  const deletions = [
    { what: 'the serving Secret', secrets: [servingSecretName], reason: 'a new leaf of the same authority' },
    {
      what: 'both Secrets',
      secrets: [authoritySecretName, servingSecretName],
      reason: 'nothing of the old is left but what is served',
    },
  ];

  for (const { what, secrets, reason } of deletions) {
    it(`are renewed without a restart and without a lost request when ${what} is deleted (${reason})`, async () => {
      const before = await servedSerial();
      for (const name of secrets) await client.delete(secretResource, { namespace: installNamespace, name });
      await eventually('the webhook has another certificate', async () => {
        await admit();
        return (await servedSerial()) !== before;
      });
      await admit();
    });
  }

  for (const kind of webhookConfigurations) {
    it(`are written to the ${kind.kind} again if its caBundle is empty`, async () => {
      const key = { name: webhookConfigurationName };
      const empty = [{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }];
      const emptied = await client.patch(kind, key, empty, { type: 'json' });
      assert.equal(hasCaBundles(emptied), false);
      await eventually('the caBundle is written', async () => hasCaBundles(await client.get(kind, key)));
      await eventually('admission works', async () => {
        await admit();
        return true;
      });
    });
  }

  /** Throws unless both webhooks respond. */
  async function admit(): Promise<void> {
    const sample: KubeObject = ocmEnvironment({ namespace: 'default', name: 'certificates' });
    const admitted = await client.create(environments, sample, { dryRun: true });
    assert.equal(admitted.metadata.annotations?.['spectrocloud.com/revision'], '1');
  }

  async function servedSerial(): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: hub.webhookPort, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }
});
