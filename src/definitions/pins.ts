import { environments, workloadDeployments } from '../api/kinds.ts';
import { isJsonObject, type JsonObject, type KubeObject } from '../api/object.ts';
import { pinsAmong, usesByDeployment, usesByTopology, type Pin } from '../domain/pin.ts';
import type { RevisionedKindName } from '../api/definition-revision.ts';
import type { Client } from '../kube/client.ts';

type WithSpec = KubeObject & { spec?: JsonObject };

/** Who pins revisions of one object by their numbers, read from the API server. */
export async function livePins(
  client: Client,
  kind: RevisionedKindName,
  { namespace, name }: { namespace: string; name: string },
  systemNamespace: string,
): Promise<Pin[]> {
  if (kind === 'PolicyDefinition') {
    const { items } = await client.list<WithSpec>(environments);
    return items.flatMap((item) => pinsAmong(usesByTopology(item, topologyOf(item), name)));
  }
  const { items } = await client.list<WithSpec>(workloadDeployments);
  return items.flatMap((item) => pinsAmong(usesByDeployment(item, kind, { namespace, name }, systemNamespace)));
}

function topologyOf({ spec }: WithSpec): unknown {
  const topology = spec?.['topology'];
  return isJsonObject(topology) ? topology['type'] : undefined;
}
