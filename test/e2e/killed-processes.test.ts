import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { apply, eventually, createNamespace, kubectl, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { dumpHub, type Dump } from '../support/hub-dump.ts';
import { endProcesses, listRunningNames } from '../support/hub-processes.ts';
import { deployment, manifest, ocmEnvironment, webProfile } from '../support/sample-objects.ts';

/** The number of edits of each object, including its creation. */
const edits = 3;

const kills: { what: string; names: (hub: Hub) => Promise<string[]> }[] = [
  { what: 'the webhook', names: async () => ['webhook'] },
  { what: 'the controller', names: async () => ['controller'] },
  { what: 'the aggregator', names: async () => ['aggregator'] },
  { what: 'the API server of the hub', names: async () => ['hub-apiserver'] },
  { what: 'everything at once, etcd and spokes too', names: listRunningNames },
];

describe('processes that are killed during kubectl apply', function () {
  this.timeout(180_000);
  let hub: Hub;
  let undisturbed: Dump;
  const used: string[] = [];

  before(async () => {
    hub = await sharedHub();
    const namespace = await createNamespace('kill');
    used.push(namespace);
    for (let edit = 1; edit <= edits; edit += 1) await syncUntilDone(namespace, edit);
    undisturbed = await eventually('everything is applied and unchanged', () => dumpWhenUnchanged(hub, namespace), {
      withinMs: 60_000,
    });
  });

  after(async () => {
    for (const namespace of used) await removeAll(namespace);
  });

  it('have a reference run in which every edit is a revision, and the last one is on both spokes', () => {
    const text = JSON.stringify(undisturbed);
    for (const name of ['environment.one', 'environment.two', 'workloadprofile.web']) {
      for (let edit = 1; edit <= edits; edit += 1) {
        assert.ok(`hub DefinitionRevision NS/${name}.v${edit}` in undisturbed, `${name}.v${edit} of ${text}`);
      }
    }
    for (const spoke of ['spoke1', 'spoke2']) {
      for (const name of ['first', 'second']) {
        const workload = JSON.stringify(undisturbed[`${spoke} Workload NS-${name}/${name}`]);
        assert.match(workload, new RegExp(`"image":"web:${edits}"`));
        assert.match(workload, new RegExp(`"edit":"${edits}"`));
      }
    }
  });

  for (const { what, names } of kills) {
    it(`lead to the same state when they are started again: ${what}`, async () => {
      const namespace = await createNamespace('kill');
      used.push(namespace);
      await syncUntilDone(namespace, 1);
      const others = (async () => {
        for (let edit = 2; edit <= edits; edit += 1) await syncUntilDone(namespace, edit);
      })();
      await Promise.all([others, killSoon(hub, await names(hub))]);
      let last: Dump = {};
      await eventually('the state is the same', async () => {
        last = await dumpHub(hub, namespace);
        return JSON.stringify(last) === JSON.stringify(undisturbed);
      }).catch(() => assert.deepEqual(last, undisturbed));
    });
  }
});

/** The objects after their `edit`th edit. The last edit selects both spokes. */
function objectsAt(namespace: string, edit: number): object[] {
  const clusters = edit === edits ? 2 : 1;
  const labels = { edit: String(edit) };
  const refs = { namespace, profile: 'web', labels };
  return [
    ocmEnvironment({ namespace, name: 'one', clusters, edit: String(edit) }),
    ocmEnvironment({ namespace, name: 'two', clusters, edit: String(edit) }),
    webProfile({ namespace, name: 'web', image: `web:${edit}` }),
    deployment({ ...refs, name: 'first', environment: 'one', spokeNamespace: `${namespace}-first` }),
    deployment({ ...refs, name: 'second', environment: 'two', spokeNamespace: `${namespace}-second` }),
  ];
}

/** Applies until all objects are accepted, as a GitOps tool does. */
async function syncUntilDone(namespace: string, edit: number): Promise<void> {
  const text = manifest(objectsAt(namespace, edit));
  let refusal = '';
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { code, stderr } = await apply(text);
    if (code === 0) return;
    refusal = stderr;
    await sleep(300);
  }
  throw new Error(`edit ${edit} is never accepted: ${refusal}`);
}

/** Waits until some edits have begun, kills the processes, and starts them again. */
async function killSoon(hub: Hub, names: string[]): Promise<void> {
  await sleep(400);
  await endProcesses(hub, names);
  await restoreHub();
}

/** The dump when the last edit is applied everywhere and nothing changes any more. */
async function dumpWhenUnchanged(hub: Hub, namespace: string): Promise<Dump | undefined> {
  const dump = await dumpHub(hub, namespace);
  const text = JSON.stringify(dump);
  const arrived = Object.entries(dump).filter(
    ([key, workload]) => / Workload NS-/.test(key) && JSON.stringify(workload).includes(`"web:${edits}"`),
  );
  if (arrived.length !== 4 || text.includes('"older"')) return undefined;
  await sleep(1500);
  return JSON.stringify(await dumpHub(hub, namespace)) === text ? dump : undefined;
}

async function removeAll(namespace: string): Promise<void> {
  await kubectlOk(['delete', 'workloaddeployments', '--all', '-n', namespace, '--timeout=30s']);
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
}
