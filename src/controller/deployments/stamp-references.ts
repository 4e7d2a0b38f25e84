import { workloadDeployments } from '../../api/kinds.ts';
import type { KubeObject } from '../../api/object.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import type { Client } from '../../kube/client/client.ts';

/**
 * Sends an empty patch for a deployment whose refs could not be resolved when they were written, but can be resolved now, or whose
 * stamps lack a hash that is known now. The patch makes admission run: the webhook stamps the revisions, and pins the refs if the
 * namespace requires it. If the webhook is not available, the patch changes nothing.
 */
export async function stampReferences(
  client: Client,
  { metadata }: KubeObject,
  { lacksHash }: { lacksHash: boolean },
): Promise<void> {
  const { namespace, name, annotations = {} } = metadata;
  if (!lacksHash && referenceFields.every(({ stamp }) => annotations[stamp] !== undefined)) return;
  await client.patch(workloadDeployments, { namespace, name }, {});
}
