import assert from 'node:assert/strict';
import type { Resource } from '../../../../../src/api/object.ts';
import type { Client } from '../../../../../src/kube/client/client.ts';
import { isConflict, isNotFound } from '../../../../../src/kube/client/errors.ts';
import { releaseWork, type AgentSides } from '../../../../../deploy/local/ocm-stand-in/agent/apply-work.ts';
import { KindDirectory } from '../../../../../deploy/local/ocm-stand-in/agent/kind-directory.ts';
import { ownerReferenceOf } from '../../../../../deploy/local/ocm-stand-in/agent/ownership.ts';
import { appliedManifestWorks, type AppliedManifestWork } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';
import { createMemoryClient } from '../../../../support/memory-client.ts';
import { namespaceManifest } from '../builders.ts';

const namespaces: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

/** The record of a work that applied the Namespace `team`. */
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
  it('meets a conflict where another owner let go in between, and then deletes what is its own alone', async () => {
    const [first, second] = [record('first'), record('second')];
    const ownerReferences = [first, second].map(ownerReferenceOf);
    const memory = createMemoryClient([
      [namespaces, { ...namespaceManifest('team'), metadata: { name: 'team', uid: 'team-uid', ownerReferences } }],
      [appliedManifestWorks, first],
      [appliedManifestWorks, second],
    ]);
    const sidesWith = (spoke: Client): AgentSides => ({
      hub: createMemoryClient(),
      spoke,
      kinds: new KindDirectory(spoke),
      clock: Date.now,
    });
    const release = async (spoke: Client, name: string): Promise<boolean> =>
      releaseWork(sidesWith(spoke), await memory.get(appliedManifestWorks, { name }));
    let overtaken = false;
    const slow: Client = {
      ...memory,
      async get(resource, key, options) {
        const read = await memory.get<never>(resource, key, options);
        if (!overtaken) {
          overtaken = true;
          assert.equal(await release(memory, 'first'), true);
        }
        return read;
      },
    };

    await assert.rejects(release(slow, 'second'), isConflict);
    assert.equal(await release(slow, 'second'), false, 'its deletion is awaited');
    assert.equal(await release(slow, 'second'), true);
    await assert.rejects(memory.get(namespaces, { name: 'team' }), isNotFound);
  });
});
