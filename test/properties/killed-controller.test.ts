import assert from 'node:assert/strict';
import { workloadDeployments } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements } from '../../src/api/ocm.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../support/deployments-scene.ts';
import { environmentSpec } from '../support/environment-edits.ts';
import { owned } from '../support/lifecycle-topology.ts';
import { byop } from '../support/manifests.ts';

/** The controller ends before the API server receives a write, or after the API server has stored it. */
type Moment = 'before' | 'after';

class Killed extends Error {}

const verbs = ['create', 'apply', 'patch', 'delete', 'replace'] as const;

/** Counts the writes of the controller, and throws at one of them. Writes of OCM and of users are not counted. */
class Writes {
  readonly made: string[] = [];
  #isCounting = false;
  #killAt: { index: number; moment: Moment } | undefined;

  constructor(client: Client, killAt?: { index: number; moment: Moment }) {
    this.#killAt = killAt;
    const target = client as unknown as Record<string, (resource: { plural: string }, ...rest: unknown[]) => unknown>;
    for (const verb of verbs) {
      const original = target[verb]?.bind(client);
      target[verb] = async (resource, ...rest) => {
        const kill = this.#isCounting && this.made.length === this.#killAt?.index ? this.#killAt : undefined;
        if (this.#isCounting) this.made.push(`${verb} ${resource.plural}`);
        if (kill?.moment === 'before') this.#kill();
        const result = await original?.(resource, ...rest);
        if (kill?.moment === 'after') this.#kill();
        return result;
      };
    }
  }

  /** Runs a reconcile. Returns whether it was killed. */
  async during(reconcile: () => Promise<unknown>): Promise<boolean> {
    this.#isCounting = true;
    try {
      await reconcile();
      return false;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return true;
    } finally {
      this.#isCounting = false;
    }
  }

  #kill(): never {
    this.#killAt = undefined;
    throw new Killed();
  }
}

const on = (placement: string): JsonObject => environmentSpec({ topology: byop('hub', placement) });

interface Scenario {
  title: string;
  spec: JsonObject;
  /** What happens after the deployment is applied; absent if the scenario ends there. */
  after?: (scene: DeploymentsScene) => Promise<unknown>;
  /** Whether no object is on the hub in the end. */
  leavesNothing?: boolean;
}

const scenarios: Scenario[] = [
  { title: 'an apply', spec: environmentSpec({ lifecycle: owned }) },
  {
    title: 'an edit that replaces the ManifestWorkReplicaSet',
    spec: on('gpu'),
    after: (scene) => scene.edit(on('cpu')),
  },
  {
    title: 'a release',
    leavesNothing: true,
    spec: environmentSpec({ lifecycle: owned }),
    after: ({ client }) => client.delete(workloadDeployments, { namespace: 'team', name: 'web' }),
  },
  {
    title: 'the deletion of what a lost deployment has left',
    leavesNothing: true,
    spec: environmentSpec({ lifecycle: owned }),
    after: async ({ client }) => {
      const key = { namespace: 'team', name: 'web' };
      await client.patch(workloadDeployments, key, { metadata: { finalizers: null } });
      await client.delete(workloadDeployments, key);
    },
  },
];

/** Lets the controller and OCM work until nothing changes; a killed controller is started again. */
async function settle(scene: DeploymentsScene, writes: Writes): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    if (await writes.during(() => scene.reconcile())) scene.restart();
    const sets = await scene.replicaSets();
    if (sets.length > 0) await scene.ocm();
  }
}

/** What is on the hub in the end, without what differs in every run. */
async function finalState({ client }: DeploymentsScene): Promise<unknown> {
  const listed = [];
  for (const resource of [placements, manifestWorkReplicaSets]) {
    for (const object of (await client.list(resource)).items) {
      const { name, namespace, labels, annotations } = object.metadata;
      listed.push({ kind: resource.kind, namespace, name, labels, annotations, spec: 'spec' in object && object.spec });
    }
  }
  const deployments = (await client.list(workloadDeployments)).items.map((object) => ({
    finalizers: object.metadata.finalizers,
    status: 'status' in object ? object.status : undefined,
  }));
  return { listed, deployments };
}

async function run(
  { spec, after }: Scenario,
  killAt?: { index: number; moment: Moment },
): Promise<{ state: unknown; made: string[] }> {
  const scene = await deploymentsScene({ primary: spec }, [finalizedDeployment()]);
  try {
    if (after === undefined) {
      const writes = new Writes(scene.client, killAt);
      await settle(scene, writes);
      return { state: await finalState(scene), made: writes.made };
    }
    await settle(scene, new Writes(scene.client));
    await after(scene);
    const writes = new Writes(scene.client, killAt);
    await settle(scene, writes);
    return { state: await finalState(scene), made: writes.made };
  } finally {
    await scene.stop();
  }
}

describe('a controller that is killed', () => {
  for (const scenario of scenarios) {
    it(`at any write of ${scenario.title} ends in the same state`, async function () {
      this.timeout(120_000);
      const { state, made } = await run(scenario);
      if (scenario.leavesNothing === true) assert.deepEqual(state, { listed: [], deployments: [] });
      assert.ok(made.length >= 3, `there are only ${made.length} writes: ${made.join(', ')}`);
      for (const [index, write] of made.entries()) {
        for (const moment of ['before', 'after'] as const) {
          const killed = await run(scenario, { index, moment });
          assert.deepEqual(killed.state, state, `killed ${moment} write ${index + 1}: ${write}`);
        }
      }
    });
  }
});
