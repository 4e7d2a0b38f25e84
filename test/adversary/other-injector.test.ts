import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { environments } from '../../src/api/kinds.ts';
import { webhookConfigurationName } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { createAuthority } from '../../src/tls/authority.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { eventually, sharedHub } from '../support/hub.ts';
import { scrape } from '../support/role-metrics.ts';
import { ocmEnvironment } from '../support/sample-objects.ts';

const fightMs = 25_000;
const [, validating = assert.fail()] = webhookConfigurations;
const key = { name: webhookConfigurationName };

type Configuration = KubeObject & { webhooks: { clientConfig: { caBundle?: string } }[] };

describe('another program that writes the caBundle', function () {
  this.timeout(180_000);
  let client: Client;
  let own: string;

  const bundle = async () => {
    const { webhooks } = await client.get<Configuration>(validating, key);
    return webhooks[0]?.clientConfig.caBundle ?? '';
  };
  const conflicts = async () => {
    const text = await scrape('controller');
    const kind = validating.kind;
    return Number(new RegExp(`^mooring_ca_bundle_conflicts_total\\{kind="${kind}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  };

  before(async () => {
    client = createHubClient((await sharedHub()).kubeconfig);
    own = await bundle();
    assert.notEqual(own, '');
  });

  it('is backed off from and counted: the two do not write by turns without end', async () => {
    const before = await conflicts();
    const validity = { notBefore: new Date(), notAfter: new Date(Date.now() + 86_400_000) };
    const { certificate } = createAuthority({ commonName: 'another authority', ...validity });
    const other = Buffer.from(certificate).toString('base64');
    let writes = 0;
    for (const end = performance.now() + fightMs; performance.now() < end;) {
      if ((await bundle()) !== other) {
        writes += 1;
        const body = [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: other }];
        await client.patch(validating, key, body, { type: 'json' });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // Without backoff, both wrote 65 times in 25 s.
    assert.ok(writes > 1 && writes < 15, `the other program had to write ${writes} times`);
    assert.ok((await conflicts()) > before);
  });

  it('is written over once it has stopped, and admission works', async () => {
    await eventually('the bundle is restored', async () => (await bundle()) === own, { withinMs: 130_000 });
    const probe: KubeObject = ocmEnvironment({ namespace: 'default', name: 'injector' });
    await eventually('admission works', async () => {
      const admitted = await client.create(environments, probe, { dryRun: true });
      return admitted.metadata.annotations?.['spectrocloud.com/revision'] === '1';
    });
  });
});
