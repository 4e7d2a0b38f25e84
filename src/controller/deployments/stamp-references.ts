import { workloadDeployments } from '../../api/kinds.ts';
import type { KubeObject } from '../../api/object.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import type { Client } from '../../kube/client/client.ts';

/**
 * Touches a deployment whose refs can be resolved by now and were not when they were written: admission stamps what they
 * mean, and pins them where the namespace asks for it. While the webhook is away, the touch changes nothing.
 */
export async function stampReferences(client: Client, { metadata }: KubeObject): Promise<void> {
  const { namespace, name, annotations = {} } = metadata;
  if (referenceFields.every(({ stamp }) => annotations[stamp] !== undefined)) return;
  await client.patch(workloadDeployments, { namespace, name }, {});
}
