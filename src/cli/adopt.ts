import { systemNamespace } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import { deploymentProof, environmentProof, isForeign, provenOwner, titleOfOwner } from '../domain/render/ownership.ts';
import type { Client } from '../kube/client/client.ts';
import { isConflict } from '../kube/client/errors.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { cliFieldManager } from './live/connection.ts';
import {
  readHubOwners,
  readOwner,
  titleOnHub,
  type HubOwner,
  type OnHub,
  type OwnerOptions,
} from './live/hub-owners.ts';
import { runLive, type LiveTerminal } from './live/live-command.ts';

/** Options of `mooring adopt`. */
export interface AdoptOptions extends OwnerOptions {
  dryRun?: boolean;
}

/** How often an object is read again that has changed in between: OCM writes its status. */
const attempts = 5;

/**
 * `mooring adopt`: marks objects on the hub as applied by this installation for an owner that exists. Marking is repeatable. The help
 * documents the exit code.
 */
export function adopt(names: readonly string[], options: AdoptOptions, terminal: LiveTerminal): Promise<number> {
  return runLive({ name: 'adopt', failure: 1 }, { ...options, systemNamespace }, terminal, async (command) => {
    const { client } = command;
    const { installation, owners } = await readHubOwners(names, options, command);
    const dryRun = options.dryRun === true;
    const counts = { adopted: 0, skipped: 0 };
    for (const hubOwner of owners) {
      for (const onHub of hubOwner.objects.filter(({ object }) => isNotOurs(object, installation))) {
        const why = await adoptOne(client, hubOwner, onHub, { installation, dryRun });
        counts[why === undefined ? 'adopted' : 'skipped'] += 1;
        const result = why === undefined ? `adopted by ${titleOfOwner(hubOwner.owner)}` : `skipped: ${why}`;
        terminal.out(`${titleOnHub(onHub)} ${result}${dryRun ? ' (server dry run)' : ''}\n`);
      }
    }
    terminal.out(`${counts.adopted} adopted, ${counts.skipped} skipped\n`);
    return counts.skipped === 0 ? 0 : 1;
  });
}

/** Whether nothing proves that this installation has applied an object. */
function isNotOurs(object: KubeObject, installation: string): boolean {
  return isForeign(object, installation) || provenOwner(object) === undefined;
}

/** Marks one object. Returns why it is skipped. */
async function adoptOne(
  client: Client,
  { owner }: HubOwner,
  { resource, object }: OnHub,
  { installation, dryRun }: { installation: string; dryRun: boolean },
): Promise<string | undefined> {
  const live = await readOwner(client, owner);
  if (live === undefined) {
    return `${titleOfOwner(owner)} does not exist; create it first, or delete the object with mooring remove-orphans`;
  }
  if (live.metadata.deletionTimestamp !== undefined) return `${titleOfOwner(owner)} is being deleted`;
  const annotations =
    owner.kind === 'Environment' ? environmentProof(live, installation) : deploymentProof(live, installation);
  const { namespace, name, uid } = object.metadata;
  let current: KubeObject | undefined = object;
  for (let attempt = 1; current !== undefined && current.metadata.uid === uid; attempt += 1) {
    if (!isNotOurs(current, installation)) return undefined;
    const { resourceVersion = '' } = current.metadata;
    try {
      const body = { metadata: { resourceVersion, annotations } };
      await client.patch(resource, { namespace, name }, body, { fieldManager: cliFieldManager, dryRun });
      return undefined;
    } catch (error) {
      if (!isConflict(error) || attempt === attempts) throw error;
      current = await getIfPresent(client, resource, { namespace, name }, { metadataOnly: true });
    }
  }
  return 'it was deleted in the meantime';
}
