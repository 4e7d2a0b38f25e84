import type { Resource } from '../../../src/api/object.ts';
import { appliedManifestWorks, type AppliedManifestWork } from '../ocm-stand-in/work-kinds.ts';
import type { HazardRun } from './hazard-run.ts';
import { spokeArguments } from './kubectl.ts';
import { waitFor } from '../hub/wait-for.ts';
import { namespaces } from '../../../src/kube/objects/namespaces.ts';
import { getIfPresent } from '../../../src/kube/client/get-if-present.ts';

/** A ConfigMap that a user created in a namespace on a spoke. Neither mooring nor OCM knows about it. */
export interface UserObject {
  spoke: string;
  namespace: string;
  /** Tell the same objects from new ones of the same names. */
  uids: { namespace: string | undefined; configMap: string | undefined };
}

const configMap = 'user-data';
const core = { group: '', version: 'v1' };
const configMaps: Resource = { ...core, kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

/** Creates the ConfigMap in a namespace on a spoke. */
export async function createUserObject(run: HazardRun, spoke: string, namespace: string): Promise<UserObject> {
  const args = ['-n', namespace, 'create', 'configmap', configMap, '--from-literal=created=by-hand'];
  const { code, output } = await run.kubectlUnchecked(...spokeArguments(run.hub, spoke), ...args);
  if (code !== 0) throw new Error(`ConfigMap ${configMap} cannot be created on ${spoke}: ${output}`);
  const { uids } = await readState(run, spoke, namespace);
  return { spoke, namespace, uids };
}

/** Waits until the namespace and the ConfigMap are deleted, and shows it. Throws if they are not deleted. */
export async function expectDeleted(run: HazardRun, { spoke, namespace, uids }: UserObject): Promise<void> {
  await waitFor(`Namespace ${namespace} on ${spoke} and its content are deleted`, async () => {
    const now = await readState(run, spoke, namespace);
    return now.uids.namespace !== uids.namespace && now.uids.configMap === undefined;
  });
  const args = ['-n', namespace, 'get', 'configmap', configMap];
  const { code, output } = await run.kubectlUnchecked(...spokeArguments(run.hub, spoke), ...args);
  if (code === 0 || !output.includes('(NotFound)')) throw new Error(`${configMap} should be deleted: ${output}`);
}

/** Shows that the namespace and the ConfigMap exist. Throws if they are new objects, terminating, or deleted. */
export async function expectPreserved(run: HazardRun, { spoke, namespace, uids }: UserObject): Promise<void> {
  const now = await readState(run, spoke, namespace);
  const args = ['-n', namespace, 'get', `namespace/${namespace}`, `configmap/${configMap}`, '-o', 'name'];
  const { code, output } = await run.kubectlUnchecked(...spokeArguments(run.hub, spoke), ...args);
  const isSame = now.uids.namespace === uids.namespace && now.uids.configMap === uids.configMap;
  if (code !== 0 || !isSame || now.isTerminating) {
    throw new Error(`Namespace ${namespace} on ${spoke} was not preserved: ${output}`);
  }
}

/** Waits until no AppliedManifestWork on the spoke lists the namespace. From then on no work agent deletes it. */
export async function waitUntilReleased(run: HazardRun, { spoke, namespace }: UserObject): Promise<void> {
  await waitFor(`the work agent on ${spoke} releases Namespace ${namespace}`, async () => {
    const records = await run.client(spoke).list<AppliedManifestWork>(appliedManifestWorks);
    const applied = records.items.flatMap(({ status }) => status?.appliedResources ?? []);
    return !applied.some(({ resource, name }) => resource === 'namespaces' && name === namespace);
  });
}

async function readState(run: HazardRun, spoke: string, namespace: string) {
  const client = run.client(spoke);
  const spokeNamespace = await getIfPresent(client, namespaces, { name: namespace });
  const found = await getIfPresent(client, configMaps, { namespace, name: configMap });
  return {
    uids: { namespace: spokeNamespace?.metadata.uid, configMap: found?.metadata.uid },
    isTerminating: spokeNamespace?.metadata.deletionTimestamp !== undefined,
  };
}
