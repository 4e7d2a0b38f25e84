import assert from 'node:assert/strict';
import type { Client } from '../../../../../src/kube/client/client.ts';
import { isConflict, isNotFound } from '../../../../../src/kube/client/errors.ts';
import { releaseWork, type AgentClients } from '../../../../../deploy/local/ocm-stand-in/agent/apply-work.ts';
import { KindDirectory } from '../../../../../deploy/local/ocm-stand-in/agent/kind-directory.ts';
import { ownerReferenceOf } from '../../../../../deploy/local/ocm-stand-in/agent/ownership.ts';
import { appliedManifestWorks, type AppliedManifestWork } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';
import { createMemoryClient } from '../../../../support/memory-client.ts';
import { namespaceManifest } from '../builders.ts';
import { namespaces } from '../../../../../src/kube/objects/namespaces.ts';

/** The record of a ManifestWork that applied the Namespace `team`. */
function record(name: string): AppliedManifestWork {
  const team = { group: '', version: 'v1', resource: 'namespaces', namespace: '', name: 'team', uid: 'team-uid' };
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'AppliedManifestWork',
    metadata: { name, uid: `uid-of-${name}` },
    spec: { hubHash: 'hash', manifestWorkName: name },
    status: { appliedResources: [team] },
  };
}

describe('OCM stand-in: releaseWork', () => {
  it('fails with a conflict if the other owner releases the resource meanwhile, and then deletes the resource', async () => {
    const [first, second] = [record('first'), record('second')];
    const ownerReferences = [first, second].map(ownerReferenceOf);
    const memory = createMemoryClient([
      [namespaces, { ...namespaceManifest('team'), metadata: { name: 'team', uid: 'team-uid', ownerReferences } }],
      [appliedManifestWorks, first],
      [appliedManifestWorks, second],
    ]);
    const clientsWith = (spoke: Client): AgentClients => ({
      hub: createMemoryClient(),
      spoke,
      kinds: new KindDirectory(spoke),
      now: Date.now,
    });
    const release = async (spoke: Client, name: string): Promise<boolean> =>
      releaseWork(clientsWith(spoke), await memory.get(appliedManifestWorks, { name }));
    let isFirstReleased = false;
    const slow: Client = {
      ...memory,
      async get(resource, key, options) {
        const read = await memory.get<never>(resource, key, options);
        if (!isFirstReleased) {
          isFirstReleased = true;
          assert.equal(await release(memory, 'first'), true);
        }
        return read;
      },
    };

    await assert.rejects(release(slow, 'second'), isConflict);
    assert.equal(await release(slow, 'second'), false, 'it waits for the deletion');
    assert.equal(await release(slow, 'second'), true);
    await assert.rejects(memory.get(namespaces, { name: 'team' }), isNotFound);
  });
});
