import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { evaluateRun } from '../chaos/evaluate-run.ts';
import { runWriters } from '../chaos/run-writers.ts';
import { createNamespace, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';

const unlimited = ['--revision-history-limit=0'];

// `npm run chaos:revisions` runs the same with thousands of edits.
describe('120 edits of four Environments while webhook, controller and API server are killed', function () {
  this.timeout(180_000);
  let hub: Hub;
  let namespace: string;
  let journals: string;

  before(async () => {
    await sharedHub();
    hub = await restoreHub([], unlimited);
    namespace = await createNamespace('chaos');
    journals = await mkdtemp(join(tmpdir(), 'chaos-revisions-'));
  });

  after(async () => {
    await restoreHub();
    await kubectlOk(['delete', 'workloaddeployments', '--all', '-n', namespace, '--timeout=40s']);
    await kubectlOk(['delete', 'namespace', namespace, '--wait=false']);
    await rm(journals, { recursive: true });
  });

  it('each accepted edit is one revision with exactly its content, and other edits have no effect', async () => {
    const weather = {
      kubeconfig: hub.kubeconfig,
      kubectl: hub.kubectl,
      pidFile: (name: string) => hub.files.pid(name),
      mend: () => restoreHub([], unlimited),
    };
    const size = { edits: 120, environments: 4, writers: 8, killEvery: 40 };
    const kills = await runWriters({ ...weather, namespace, journals, seed: 7, ...size });
    const found = await evaluateRun(weather, namespace, journals);
    assert.deepEqual(found.problems, []);
    assert.equal(found.lost, 0);
    assert.ok(kills.size >= 2, `killed ${[...kills.keys()].join(', ')}`);
    assert.ok(found.accepted >= 40, `only ${found.accepted} were accepted: ${JSON.stringify(found.refusals)}`);
  });
});
