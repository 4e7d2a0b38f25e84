import type { Resource } from '../../../src/api/object.ts';
import { appliedManifestWorks, type AppliedManifestWork } from '../ocm-stand-in/work-kinds.ts';
import { find } from './find.ts';
import { onSpoke } from './kubectl.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';

/** What somebody made by hand in a namespace of a spoke, where mooring and OCM know nothing of it. */
export interface Precious {
  spoke: string;
  namespace: string;
  uids: { namespace: string | undefined; configMap: string | undefined };
}

const configMap = 'precious';
const core = { group: '', version: 'v1' };
const namespaces: Resource = { ...core, kind: 'Namespace', plural: 'namespaces', namespaced: false };
const configMaps: Resource = { ...core, kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

/** Puts something precious into a namespace on a spoke. */
export async function putPrecious(scene: Scene, spoke: string, namespace: string): Promise<Precious> {
  const words = ['-n', namespace, 'create', 'configmap', configMap, '--from-literal=made=by-hand'];
  const { code, text } = await scene.shows(...onSpoke(scene.hub, spoke), ...words);
  if (code !== 0) throw new Error(`nothing precious could be put on ${spoke}: ${text}`);
  const { uids } = await present(scene, spoke, namespace);
  return { spoke, namespace, uids };
}

/** Tells that it is gone, once it is; throws where it stays. */
export async function isLost(scene: Scene, { spoke, namespace, uids }: Precious): Promise<void> {
  await until(`Namespace ${namespace} of ${spoke} and what is in it are gone`, async () => {
    const now = await present(scene, spoke, namespace);
    return now.uids.namespace !== uids.namespace && now.uids.configMap === undefined;
  });
  const words = ['-n', namespace, 'get', 'configmap', configMap];
  const { code, text } = await scene.shows(...onSpoke(scene.hub, spoke), ...words);
  if (code === 0 || !text.includes('(NotFound)')) throw new Error(`${configMap} should be gone: ${text}`);
}

/** Tells that it is there, the very same as before, and that nothing is about to delete it; throws where it is not. */
export async function isKept(scene: Scene, { spoke, namespace, uids }: Precious): Promise<void> {
  const now = await present(scene, spoke, namespace);
  const words = ['-n', namespace, 'get', `namespace/${namespace}`, `configmap/${configMap}`, '-o', 'name'];
  const { code, text } = await scene.shows(...onSpoke(scene.hub, spoke), ...words);
  const isSame = now.uids.namespace === uids.namespace && now.uids.configMap === uids.configMap;
  if (code !== 0 || !isSame || now.isGoing) throw new Error(`Namespace ${namespace} of ${spoke} was not kept: ${text}`);
}

/** Waits until no agent of a spoke has anything to do with the namespace any more. */
export async function agentsLetGo(scene: Scene, { spoke, namespace }: Precious): Promise<void> {
  await until(`the agent of ${spoke} lets go of Namespace ${namespace}`, async () => {
    const records = await scene.client(spoke).list<AppliedManifestWork>(appliedManifestWorks);
    const applied = records.items.flatMap(({ status }) => status?.appliedResources ?? []);
    return !applied.some(({ resource, name }) => resource === 'namespaces' && name === namespace);
  });
}

async function present(scene: Scene, spoke: string, namespace: string) {
  const client = scene.client(spoke);
  const space = await find(client, namespaces, { name: namespace });
  const found = await find(client, configMaps, { namespace, name: configMap });
  return {
    uids: { namespace: space?.metadata.uid, configMap: found?.metadata.uid },
    isGoing: space?.metadata.deletionTimestamp !== undefined,
  };
}
