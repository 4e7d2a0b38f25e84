import assert from 'node:assert/strict';
import { environments, workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { placements, type Placement } from '../../../src/api/ocm.ts';
import { countOrphans, runOrphanSweep } from '../../../src/controller/orphans/sweep.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aPlacement, deploymentFor } from '../../support/placements.ts';

const from = 'team/prod@v1';

function by(installation: string | undefined, name: string): Placement {
  const { metadata, ...placement } = aPlacement({ name, from });
  const { 'spectrocloud.com/installation': _, ...annotations } = metadata.annotations ?? {};
  const named = installation === undefined ? {} : { 'spectrocloud.com/installation': installation };
  return { ...placement, metadata: { ...metadata, annotations: { ...annotations, ...named } } };
}

describe('the sweep of objects without an owner', () => {
  let scene: ControllerScene;
  afterEach(() => scene.stop());

  async function hub(...onHub: KubeObject[]) {
    const kept = aPlacement({ name: 'kept', from });
    scene = await controllerScene([
      [workloadDeployments, deploymentFor(kept)],
      [placements, kept],
      [placements, { ...aPlacement({ name: 'of-a-person' }) }],
      ...onHub.map((placement): [typeof placements, KubeObject] => [placements, placement]),
    ]);
  }

  async function sweep(rounds = 1): Promise<string[]> {
    const keys: string[] = [];
    const stopping = new AbortController();
    let left = rounds;
    await runOrphanSweep({
      caches: scene.caches,
      installation: 'installation',
      log: scene.log,
      signal: stopping.signal,
      enqueue: (queue, key) => void keys.push(`${queue} ${key}`),
      sleep: async (ms) => {
        assert.equal(ms, 30_000);
        left -= 1;
        if (left === 0) stopping.abort();
      },
    });
    return keys;
  }

  it('enqueues deployments and Environments that objects name and that do not exist', async () => {
    await hub(aPlacement({ name: 'lost', from }), aPlacement({ name: 'probe', from: 'team/gone@v1', probe: true }));
    const found = ['deployments apps/lost', 'definitions Environment/team/gone'];
    assert.deepEqual(await sweep(), found);
    assert.deepEqual(await sweep(2), [...found, ...found], 'again and again');
    await scene.client.create(workloadDeployments, deploymentFor(aPlacement({ name: 'lost', from })));
    await scene.client.create(environments, {
      apiVersion: 'spectrocloud.com/v1beta1',
      kind: 'Environment',
      metadata: { namespace: 'team', name: 'gone' },
    });
    await scene.caughtUp();
    assert.deepEqual(await sweep(), []);
  });

  it('only logs what another installation has applied, or what nothing proves, and does so once', async () => {
    await hub(by('another', 'foreign'), by(undefined, 'unproven'), by('another', 'kept-by-another'));
    assert.deepEqual(await sweep(3), []);
    const logged = scene.lines.filter(({ message }) => message.includes('no owner of this installation'));
    const states = logged.map(({ fields }) => String(fields['state']));
    assert.deepEqual(states.toSorted(), ['foreign', 'foreign', 'unproven']);
  });

  it('is counted by why there is no owner', async () => {
    await hub(aPlacement({ name: 'lost', from }), by('another', 'foreign'), by(undefined, 'unproven'));
    assert.deepEqual(countOrphans(scene.caches, 'installation'), { orphaned: 1, foreign: 1, unproven: 1 });
  });
});
