/** OCM stand-in (local runs only): whether what a work applied is still on its spoke. */

import type { AgentSides } from './apply-work.ts';
import { isNotFound } from '../../../../src/kube/client/errors.ts';
import { timestamp } from '../conditions.ts';
import { writeStatus } from '../object-write.ts';
import { manifestWorks, type ManifestWork, type ResourceMeta } from '../work-kinds.ts';
import { availableStatus, type Sighting } from './work-status.ts';

/** Looks for each manifest's resource and writes `Available`. */
export async function reportAvailability({ hub, spoke, clock }: AgentSides, work: ManifestWork): Promise<void> {
  const manifests = work.status?.resourceStatus?.manifests ?? [];
  const sightings = await Promise.all(manifests.map(({ resourceMeta }) => look(spoke, resourceMeta)));
  await writeStatus(hub, manifestWorks, work, availableStatus(work, sightings, timestamp(clock())));
}

async function look(spoke: AgentSides['spoke'], meta: ResourceMeta): Promise<Sighting> {
  const { group, version, kind, resource, namespace, name } = meta;
  if (resource === '') return { unknown: 'Resource meta is incomplete' };
  const key = namespace === '' ? { name } : { namespace, name };
  try {
    await spoke.get({ group, version, kind, plural: resource, namespaced: namespace !== '' }, key, {
      metadataOnly: true,
    });
    return 'available';
  } catch (error) {
    if (isNotFound(error)) return 'missing';
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
