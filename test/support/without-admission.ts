import { webhookConfigurationName } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';

/** Removes the webhook configurations of a hub while `act` runs. API servers notice that after a moment, so `act` has to try again. */
export async function withoutAdmission(client: Client, act: () => Promise<unknown>): Promise<void> {
  const name = webhookConfigurationName;
  const before: KubeObject[] = [];
  for (const kind of webhookConfigurations) before.push(await client.get(kind, { name }));
  try {
    for (const kind of webhookConfigurations) await client.delete(kind, { name });
    await act();
  } finally {
    for (const [index, kind] of webhookConfigurations.entries()) {
      const { metadata, ...rest } = before[index] ?? { metadata: { name } };
      await client.create(kind, { ...rest, metadata: { name: metadata.name, labels: metadata.labels } });
    }
  }
}
