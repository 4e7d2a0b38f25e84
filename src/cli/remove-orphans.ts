import { systemNamespace } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import { manifestWorkReplicaSets } from '../api/ocm.ts';
import { orphanState, titleOfOwner, type OrphanState } from '../domain/render/ownership.ts';
import type { Client } from '../kube/client/client.ts';
import { isConflict } from '../kube/client/errors.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { sleep } from '../kube/sleep.ts';
import { CommandFailed } from './live/command-failed.ts';
import {
  readHubOwners,
  readOwner,
  titleOnHub,
  type HubOwner,
  type OnHub,
  type OwnerOptions,
} from './live/hub-owners.ts';
import { runLive, type LiveTerminal } from './live/live-command.ts';
import { removalOf, type Removal } from './live/removal.ts';
import { readTimeout } from './live/timeout.ts';

/** Options of `mooring remove-orphans`. */
export interface RemoveOrphansOptions extends OwnerOptions {
  yes?: boolean;
  /** Seconds. */
  timeout: string;
}

const pollMs = 500;
/** How often an object is read again that has changed in between: OCM writes its status. */
const attempts = 5;

/**
 * `mooring remove-orphans`: shows or deletes objects on the hub whose owner does not exist. A command that was stopped can be run again.
 * The help documents the exit code.
 */
export function removeOrphans(
  names: readonly string[],
  options: RemoveOrphansOptions,
  terminal: LiveTerminal,
): Promise<number> {
  const liveOptions = { ...options, systemNamespace };
  return runLive({ name: 'remove-orphans', failure: 1 }, liveOptions, terminal, async (command) => {
    const { client } = command;
    const timeoutMs = readTimeout(options.timeout);
    const hub = await readHubOwners(names, options, command);
    const { removable, skipped } = await plan(hub, client, terminal);
    if (removable.length === 0) {
      terminal.out('there is nothing to delete\n');
      return skipped === 0 || options.yes !== true ? 0 : 1;
    }
    if (options.yes !== true) {
      terminal.out('nothing is deleted; to delete the objects, run the command again with --yes\n');
      return 0;
    }
    await remove(removable, { client, terminal, timeoutMs });
    return skipped === 0 ? 0 : 1;
  });
}

const origins: Record<OrphanState, string> = {
  orphaned: 'applied by this installation',
  foreign: 'applied by another installation',
  unproven: 'nothing proves who has applied it',
};

/** Prints what would be deleted, and what happens on the spokes. Returns the owners whose objects may be deleted. */
async function plan(
  { owners, installation }: Awaited<ReturnType<typeof readHubOwners>>,
  client: Client,
  terminal: LiveTerminal,
): Promise<{ removable: HubOwner[]; skipped: number }> {
  const removable: HubOwner[] = [];
  let skipped = 0;
  for (const hubOwner of owners) {
    const { owner, live, objects } = hubOwner;
    const exists = () => live !== undefined;
    const found = objects.flatMap((onHub) => {
      const state = orphanState(onHub.object, { installation, exists });
      return state === undefined ? [] : [{ ...onHub, state }];
    });
    if (found.length === 0) continue;
    const why =
      live === undefined
        ? 'does not exist'
        : `exists; give it the objects with mooring adopt ${owner.name} -n ${owner.namespace}`;
    terminal.out(`${titleOfOwner(owner)} ${why}\n`);
    for (const { state, ...onHub } of found) terminal.out(`  ${titleOnHub(onHub)} (${origins[state]})\n`);
    const { effects, denials }: Removal =
      live === undefined ? await removalOf(client, { owner, objects: found }) : { effects: [], denials: [] };
    for (const effect of effects) terminal.out(`  on the spokes: ${effect}\n`);
    for (const denial of denials) terminal.out(`  not deleted: ${denial}\n`);
    if (live === undefined && denials.length === 0) removable.push({ owner, objects: found });
    else skipped += 1;
  }
  return { removable, skipped };
}

interface Deletion {
  client: Client;
  terminal: LiveTerminal;
  timeoutMs: number;
}

/** Deletes ManifestWorkReplicaSets, and Placements once those are gone: OCM needs a Placement until then. */
async function remove(owners: readonly HubOwner[], { client, terminal, timeoutMs }: Deletion): Promise<void> {
  const isReplicaSet = ({ resource }: OnHub) => resource === manifestWorkReplicaSets;
  const all = owners.flatMap(({ owner, objects }) => objects.map((onHub) => ({ owner, onHub })));
  const deleteEach = async (chosen: typeof all) => {
    for (const { owner, onHub } of chosen) {
      if ((await readOwner(client, owner)) !== undefined) {
        throw new CommandFailed(`${titleOfOwner(owner)} was created in the meantime; run the command again to go on`);
      }
      await deleteOne(client, onHub);
      terminal.out(`${titleOnHub(onHub)} deleted\n`);
    }
  };
  const replicaSets = all.filter(({ onHub }) => isReplicaSet(onHub));
  await deleteEach(replicaSets);
  const end = performance.now() + timeoutMs;
  for (const { onHub } of replicaSets) {
    while ((await readAgain(client, onHub)) !== undefined) {
      if (performance.now() >= end) {
        throw new CommandFailed(
          `${titleOnHub(onHub)} still exists after ${timeoutMs / 1000} s, because work agents have not removed its objects; run the command again to go on`,
        );
      }
      await sleep(pollMs);
    }
  }
  await deleteEach(all.filter(({ onHub }) => !isReplicaSet(onHub)));
}

/** Deletes an object as it was shown: neither another one of its name, nor one that anybody but OCM has changed since. */
async function deleteOne(client: Client, onHub: OnHub): Promise<void> {
  const { resource, object } = onHub;
  const { namespace, name, uid, generation } = object.metadata;
  let current: KubeObject | undefined = object;
  for (let attempt = 1; current !== undefined && current.metadata.deletionTimestamp === undefined; attempt += 1) {
    if (current.metadata.generation !== generation) {
      throw new CommandFailed(`${titleOnHub(onHub)} has changed in the meantime; run the command again to see it`);
    }
    const { resourceVersion } = current.metadata;
    try {
      await client.delete(resource, { namespace, name }, { uid, resourceVersion });
      return;
    } catch (error) {
      if (!isConflict(error) || attempt === attempts) throw error;
      current = await readAgain(client, onHub);
    }
  }
}

/** The object as it is now; `undefined` if it is gone, although another one may have its name. */
async function readAgain(client: Client, { resource, object }: OnHub): Promise<KubeObject | undefined> {
  const { namespace, name, uid } = object.metadata;
  const found = await getIfPresent(client, resource, { namespace, name }, { metadataOnly: true });
  return found?.metadata.uid === uid ? found : undefined;
}
