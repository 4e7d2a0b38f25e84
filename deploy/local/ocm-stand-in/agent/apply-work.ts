/** OCM stand-in (local runs only): applies one ManifestWork. It reads the spoke, plans (`planWork`), and executes the plan. */

import type { KubeObject, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { formatTime } from '../conditions.ts';
import type { KindDirectory } from './kind-directory.ts';
import { isSameResource } from './orphaning.ts';
import { ownerReferenceOf } from './ownership.ts';
import { applyManifest, findObject, writeOwner } from './spoke-objects.ts';
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
import { computeAppliedStatus, type ManifestOutcome } from './work-status.ts';

/** The clients of one work agent. */
export interface AgentClients {
  hub: Client;
  /** Has the rights of OCM's work agent. */
  spoke: Client;
  kinds: KindDirectory;
  /** In ms since the epoch. */
  now: () => number;
}

/** `pending` says that a released resource is still being deleted. `problems` are the reasons to try again. */
export interface ApplyResult {
  pending: boolean;
  problems: unknown[];
}

/** Applies the manifests, releases resources that are no longer in the ManifestWork, and writes both statuses. */
export async function applyWork(
  clients: AgentClients,
  work: ManifestWork,
  record: AppliedManifestWork,
): Promise<ApplyResult> {
  const { hub, spoke, now } = clients;
  const plan = await planApply(clients, work, record);

  const owner = ownerReferenceOf(record);
  const outcomes: ManifestOutcome[] = [...plan.unresolved];
  const problems: unknown[] = plan.unresolved.map(({ problem }) => new Error(problem));
  const present: AppliedResource[] = [];
  const failed: ManifestToApply[] = [];
  for (const item of plan.apply) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- in order: a Namespace before its content
      const object = await applyManifest(spoke, item, owner);
      outcomes.push({ meta: item.meta });
      present.push(buildAppliedResource(item.meta, object));
    } catch (error) {
      outcomes.push({ meta: item.meta, problem: error instanceof Error ? error.message : String(error) });
      problems.push(error);
      failed.push(item);
    }
  }
  const inOrder = outcomes.toSorted((left, right) => left.meta.ordinal - right.meta.ordinal);
  await writeStatus(hub, manifestWorks, work, computeAppliedStatus(work, inOrder, formatTime(now())));

  // A record must not be lost while a kind cannot be resolved, or while an object cannot be read.
  if (plan.unresolved.length > 0) return { pending: false, problems };
  const older = await Promise.all(failed.map(({ resource, manifest }) => findObject(spoke, resource, manifest)));
  for (const [index, object] of older.entries()) {
    const item = failed[index];
    if (item !== undefined && object !== undefined) present.push(buildAppliedResource(item.meta, object));
  }
  const pending = await releaseResources(spoke, plan, record);
  const appliedResources = [...present, ...pending].toSorted(compareResources);
  await writeStatus(spoke, appliedManifestWorks, record, { ...record.status, appliedResources });
  return { pending: pending.length > 0, problems };
}

/** Releases all recorded resources. Returns true when all are released. */
export async function releaseWork({ spoke }: AgentClients, record: AppliedManifestWork): Promise<boolean> {
  const plan = await planRelease(spoke, record, []);
  const appliedResources = await releaseResources(spoke, plan, record);
  await writeStatus(spoke, appliedManifestWorks, record, { ...record.status, appliedResources });
  return appliedResources.length === 0;
}

async function planApply(
  { spoke, kinds }: AgentClients,
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
  const removed = recorded.filter((each) => !manifests.some(({ meta }) => isSameResource(meta, each)));
  const found = await Promise.all(removed.map((each) => findObject(spoke, resourceOf(each), buildReference(each))));
  return planWork({
    spec: work?.spec,
    manifests,
    recorded,
    live: (resource) => found[removed.findIndex((each) => isSameResource(each, resource))],
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

/** Executes the releases. Returns the resources that are still being deleted. */
async function releaseResources(
  spoke: Client,
  plan: WorkPlan,
  record: AppliedManifestWork,
): Promise<AppliedResource[]> {
  const pending: AppliedResource[] = [];
  for (const { resource: released, action, live } of plan.release) {
    const resource = resourceOf(released);
    if (action === 'disown' && live !== undefined) {
      // This writes the version that was read for the plan. If two ManifestWorks release a resource at the same time, the
      // second one gets a conflict and plans again. If it was read again here, both would only remove themselves from the
      // owners, and the resource would never be deleted.
      // oxlint-disable-next-line no-await-in-loop -- there are few, and after an error none should still be running
      await writeOwner(spoke, resource, live, { owner: ownerReferenceOf(record), owned: false });
    }
    if (action === 'delete') {
      const { uid } = released;
      // oxlint-disable-next-line no-await-in-loop -- as above
      await spoke.delete(resource, buildReference(released).metadata, { uid, propagationPolicy: 'Background' });
    }
    if (action === 'delete' || action === 'wait') pending.push(released);
  }
  return pending;
}

function buildAppliedResource(
  { group, version, resource, namespace, name }: ResourceMeta,
  object: KubeObject,
): AppliedResource {
  return { group, version, resource, namespace, name, uid: object.metadata.uid ?? '' };
}

/** A record does not contain the kind of a resource. The requests here do not need it. */
function resourceOf({
  group = '',
  version,
  resource,
  namespace = '',
}: Partial<AppliedResource> & { version: string; resource: string }): Resource {
  return { group, version, kind: resource, plural: resource, namespaced: namespace !== '' };
}

function buildReference({ namespace = '', name }: { namespace?: string; name: string }): KubeObject {
  return { apiVersion: '', kind: '', metadata: { name, ...(namespace === '' ? {} : { namespace }) } };
}

function compareResources(left: AppliedResource, right: AppliedResource): number {
  return formatSortKey(left) < formatSortKey(right) ? -1 : 1;
}

function formatSortKey({ group, version, resource, namespace, name }: AppliedResource): string {
  return [group, version, resource, namespace, name].join('\0');
}
