import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import { definitionRevisions, environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { apply, eventually, createNamespace, restoreHub, sharedHub } from '../support/hub.ts';
import { deployment, manifest, ocmEnvironment, webProfile } from '../support/sample-objects.ts';
import { conditionOf, deleteTestObjects } from '../support/tenant.ts';

const retained = 3;
const retiringMs = 3000;
const revisions = 14;

describe('pruning with three retained revisions and a mark of three seconds', function () {
  this.timeout(150_000);
  let client: Client;
  let namespace: string;

  before(async () => {
    await sharedHub();
    const flags = [`--revision-history-limit=${retained}`, `--revision-retirement=${retiringMs / 1000}`];
    client = createHubClient((await restoreHub([], flags)).kubeconfig);
    namespace = await createNamespace('prune');
    const { code, stderr } = await apply(
      manifest([webProfile({ namespace, name: 'web' }), ocmEnvironment({ namespace, name: 'primary' })]),
    );
    assert.equal(code, 0, stderr);
  });

  after(async () => {
    await restoreHub();
    await deleteTestObjects(namespace);
  });

  it('never deletes a revision after a pin to it was admitted', async () => {
    const attempts: Promise<{ revision: number; admitted: boolean }>[] = [];
    for (let revision = 2; revision <= revisions; revision += 1) {
      await edit(revision);
      const superfluous = revision - retained;
      // Each pin is created at a later time after its revision became obsolete. The last pins are later than the deletion.
      const delay = ((retiringMs + 1500) * superfluous) / (revisions - retained);
      if (superfluous >= 1) attempts.push(sleep(delay).then(() => pin(superfluous)));
    }
    const outcomes = await Promise.all(attempts);
    const admitted = outcomes.filter((outcome) => outcome.admitted).map(({ revision }) => revision);
    const denied = outcomes.filter((outcome) => !outcome.admitted).map(({ revision }) => revision);
    const wanted = [...admitted, ...Array.from({ length: retained }, (_, index) => revisions - retained + 1 + index)];
    await eventually(
      `of ${revisions} revisions only ${wanted.join()} remain (pins to ${denied.join()} were denied)`,
      async () => {
        return JSON.stringify(await recorded()) === JSON.stringify(wanted);
      },
    );
    await sleep(retiringMs);
    assert.deepEqual(await recorded(), wanted);
    assert.ok(denied.length > 0, 'the last pins are denied');
    for (const revision of admitted) {
      const name = `pin-${revision}`;
      await eventually(`${name} is resolved`, async () => {
        const found = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name });
        const right = found.status?.environment?.revision === revision;
        return right && conditionOf(found.status, 'Resolved')?.startsWith('True');
      });
    }
  });

  it('denies a pin to a pruned revision, and the message says so', async () => {
    const [oldest = 1] = await recorded();
    const pruned = oldest === 1 ? revisions - retained : 1;
    await assert.rejects(create(`late`, pruned), /has been pruned.*RevisionNotFound/s);
  });

  it('never prunes a change of the spec because of edits of labels', async () => {
    const before = await recorded();
    const edits = Array.from({ length: retained + 2 }, (_, index) => revisions + 1 + index);
    for (const revision of edits) await edit(revision, { metadata: { labels: { edition: String(revision) } } });
    const wanted = [...before, ...edits.slice(-retained)];
    await eventually(`${before.join()} remain, and the newest ${retained} edits of labels`, async () => {
      return JSON.stringify(await recorded()) === JSON.stringify(wanted);
    });
    await sleep(retiringMs);
    assert.deepEqual(await recorded(), wanted);
  });

  const specOf = (revision: number) => ({
    spec: { topology: { properties: { placement: { numberOfClusters: revision } } } },
  });

  async function edit(revision: number, body: JsonObject = specOf(revision)): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await client.patch(environments, { namespace, name: 'primary' }, body);
        return;
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 429 || attempt > 50) throw error;
        await sleep(200);
      }
    }
  }

  async function pin(revision: number): Promise<{ revision: number; admitted: boolean }> {
    try {
      await create(`pin-${revision}`, revision);
      return { revision, admitted: true };
    } catch (error) {
      if (!(error instanceof ApiError) || !error.message.includes('RevisionNotFound')) throw error;
      return { revision, admitted: false };
    }
  }

  async function create(name: string, revision: number): Promise<void> {
    const refs = { environment: `primary@v${revision}`, profile: 'web', spokeNamespace: namespace };
    await client.create(workloadDeployments, deployment({ namespace, name, ...refs }));
  }

  async function recorded(): Promise<number[]> {
    const { items } = await client.list<DefinitionRevision>(definitionRevisions, { namespace });
    const own = items.filter(({ spec }) => spec.kind === 'Environment');
    return own.map(({ spec }) => spec.revision).toSorted((left, right) => left - right);
  }
});
