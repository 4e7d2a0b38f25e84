/** OCM stand-in (local runs only): checks whether the resources of a ManifestWork exist on the spoke. */

import type { AgentClients } from './apply-work.ts';
import { mayNotBeServed } from '../../../../src/kube/client/errors.ts';
import { formatTime } from '../conditions.ts';
import { writeStatus } from '../object-write.ts';
import { manifestWorks, type ManifestWork, type ResourceMeta } from '../work-kinds.ts';
import { computeAvailableStatus, type Availability } from './work-status.ts';

/** Writes the condition `Available` of each manifest and of the ManifestWork. */
export async function reportAvailability({ hub, spoke, now }: AgentClients, work: ManifestWork): Promise<void> {
  const manifests = work.status?.resourceStatus?.manifests ?? [];
  const availabilities = await Promise.all(manifests.map(({ resourceMeta }) => checkAvailability(spoke, resourceMeta)));
  await writeStatus(hub, manifestWorks, work, computeAvailableStatus(work, availabilities, formatTime(now())));
}

async function checkAvailability(spoke: AgentClients['spoke'], meta: ResourceMeta): Promise<Availability> {
  const { group, version, kind, resource, namespace, name } = meta;
  if (resource === '') return { unknown: 'Resource meta is incomplete' };
  const key = namespace === '' ? { name } : { namespace, name };
  try {
    await spoke.get({ group, version, kind, plural: resource, namespaced: namespace !== '' }, key, {
      metadataOnly: true,
    });
    return 'available';
  } catch (error) {
    if (mayNotBeServed(error)) return 'missing';
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
