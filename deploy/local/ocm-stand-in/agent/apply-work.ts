/** OCM stand-in (local runs only): one ManifestWork and its spoke: gather, decide (`planWork`), act. */

import type { KubeObject, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { timestamp } from '../conditions.ts';
import type { KindDirectory } from './kind-directory.ts';
import { isSame } from './orphaning.ts';
import { ownerReferenceOf } from './ownership.ts';
import { applyManifest, find, writeOwner } from './spoke-objects.ts';
import { writeStatus } from '../object-write.ts';
import {
  appliedManifestWorks,
  manifestWorks,
  type AppliedManifestWork,
  type AppliedResource,
  type ManifestWork,
  type ResourceMeta,
} from '../work-kinds.ts';
import { planWork, type ManifestToApply, type ResolvedManifest, type WorkPlan } from './work-plan.ts';
import { appliedStatus, type ManifestOutcome } from './work-status.ts';

/** Both sides of one work agent. */
export interface AgentSides {
  hub: Client;
  /** With OCM's rights on the spoke, no more. */
  spoke: Client;
  kinds: KindDirectory;
  /** ms epoch */
  clock: () => number;
}

/** `pending`: something that was let go of is still being deleted. `problems`: why to try again. */
export interface ApplyResult {
  pending: boolean;
  problems: unknown[];
}

/** Applies the work, lets go of what it has no longer, and writes both statuses. */
export async function applyWork(
  sides: AgentSides,
  work: ManifestWork,
  record: AppliedManifestWork,
): Promise<ApplyResult> {
  const { hub, spoke, clock } = sides;
  const plan = await planFor(sides, work, record);

  const owner = ownerReferenceOf(record);
  const outcomes: ManifestOutcome[] = [...plan.unresolved];
  const problems: unknown[] = plan.unresolved.map(({ problem }) => new Error(problem));
  const present: AppliedResource[] = [];
  const failed: ManifestToApply[] = [];
  for (const item of plan.apply) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- in order: a Namespace before what is in it
      const object = await applyManifest(spoke, item, owner);
      outcomes.push({ meta: item.meta });
      present.push(recordOf(item.meta, object));
    } catch (error) {
      outcomes.push({ meta: item.meta, problem: error instanceof Error ? error.message : String(error) });
      problems.push(error);
      failed.push(item);
    }
  }
  const inOrder = outcomes.toSorted((left, right) => left.meta.ordinal - right.meta.ordinal);
  await writeStatus(hub, manifestWorks, work, appliedStatus(work, inOrder, timestamp(clock())));

  // What is recorded must outlive a kind that cannot be resolved just now, and an object that cannot be read.
  if (plan.unresolved.length > 0) return { pending: false, problems };
  const older = await Promise.all(failed.map(({ resource, manifest }) => find(spoke, resource, manifest)));
  for (const [index, object] of older.entries()) {
    const item = failed[index];
    if (item !== undefined && object !== undefined) present.push(recordOf(item.meta, object));
  }
  const pending = await letGo(spoke, plan, record);
  const appliedResources = [...present, ...pending].toSorted(byIdentity);
  await writeStatus(spoke, appliedManifestWorks, record, { ...record.status, appliedResources });
  return { pending: pending.length > 0, problems };
}

/** Lets go of everything that is recorded; true once nothing is left. */
export async function releaseWork({ spoke }: AgentSides, record: AppliedManifestWork): Promise<boolean> {
  const plan = await planRelease(spoke, record, []);
  const appliedResources = await letGo(spoke, plan, record);
  await writeStatus(spoke, appliedManifestWorks, record, { ...record.status, appliedResources });
  return appliedResources.length === 0;
}

async function planFor(
  { spoke, kinds }: AgentSides,
  work: ManifestWork,
  record: AppliedManifestWork,
): Promise<WorkPlan> {
  const manifests = await Promise.all(
    (work.spec.workload?.manifests ?? []).map((manifest, ordinal) => resolve(kinds, manifest, ordinal)),
  );
  return planRelease(spoke, record, manifests, work);
}

async function planRelease(
  spoke: Client,
  record: AppliedManifestWork,
  manifests: readonly ResolvedManifest[],
  work?: ManifestWork,
): Promise<WorkPlan> {
  const recorded = record.status?.appliedResources ?? [];
  const gone = recorded.filter((each) => !manifests.some(({ meta }) => isSame(meta, each)));
  const found = await Promise.all(gone.map((each) => find(spoke, resourceOf(each), reference(each))));
  return planWork({
    spec: work?.spec,
    manifests,
    recorded,
    live: (resource) => found[gone.findIndex((each) => isSame(each, resource))],
    owner: ownerReferenceOf(record),
  });
}

async function resolve(kinds: KindDirectory, manifest: KubeObject, ordinal: number): Promise<ResolvedManifest> {
  const { apiVersion, kind, metadata } = manifest;
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  const resource = await kinds.find(apiVersion, kind);
  const meta: ResourceMeta = {
    ordinal,
    group,
    version,
    kind,
    resource: resource?.plural ?? '',
    namespace: resource?.namespaced === false ? '' : (metadata.namespace ?? ''),
    name: metadata.name,
  };
  const problem = `the server doesn't have a resource type "${kind}"`;
  return resource === undefined ? { manifest, meta, problem } : { manifest, meta, resource };
}

/** Carries out the releases; resolves to those that are still being deleted. */
async function letGo(spoke: Client, plan: WorkPlan, record: AppliedManifestWork): Promise<AppliedResource[]> {
  const pending: AppliedResource[] = [];
  for (const { resource: released, action, live } of plan.release) {
    const resource = resourceOf(released);
    if (action === 'disown' && live !== undefined) {
      const wish = { owner: ownerReferenceOf(record), owned: false };
      // The very object that was decided on: of two works that let go at once, the second meets a conflict and decides
      // anew. Read again here, both would disown, and what no work owns any more stays for ever.
      // oxlint-disable-next-line no-await-in-loop -- few, and one failure must not leave others half done
      await writeOwner(spoke, resource, live, wish);
    }
    if (action === 'delete') {
      const { uid } = released;
      // oxlint-disable-next-line no-await-in-loop -- as above
      await spoke.delete(resource, reference(released).metadata, { uid, propagationPolicy: 'Background' });
    }
    if (action === 'delete' || action === 'wait') pending.push(released);
  }
  return pending;
}

function recordOf({ group, version, resource, namespace, name }: ResourceMeta, object: KubeObject): AppliedResource {
  return { group, version, resource, namespace, name, uid: object.metadata.uid ?? '' };
}

/** A recorded resource has no kind; nothing that is done to it needs one. */
function resourceOf({
  group = '',
  version,
  resource,
  namespace = '',
}: Partial<AppliedResource> & { version: string; resource: string }): Resource {
  return { group, version, kind: resource, plural: resource, namespaced: namespace !== '' };
}

function reference({ namespace = '', name }: { namespace?: string; name: string }): KubeObject {
  return { apiVersion: '', kind: '', metadata: { name, ...(namespace === '' ? {} : { namespace }) } };
}

function byIdentity(left: AppliedResource, right: AppliedResource): number {
  return sortKey(left) < sortKey(right) ? -1 : 1;
}

function sortKey({ group, version, resource, namespace, name }: AppliedResource): string {
  return [group, version, resource, namespace, name].join('\0');
}
