import { runningProcesses } from '../hub/processes/process-table.ts';
import { applied, deploymentNow, goesLive } from './deployed.ts';
import { spokeNamespace } from './patches.ts';
import { agentsLetGo, isKept, isLost } from './precious.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';

const live = { file: 'h1.yaml', deployment: 'shop' };
const edit = ['patch', 'environment', 'primary'];
const stopCreating = [...edit, ...spokeNamespace({ create: false })];
const pending = [
  'get',
  'workloaddeployment',
  'shop',
  '-o',
  'custom-columns=NAME:.metadata.name,REVISION:.status.environment.revision,PENDING:.status.pendingClusters',
];

/** `create: true → false` as it is in OCM. */
export async function unguarded(scene: Scene): Promise<void> {
  scene.tell('An Environment creates the namespace on the spoke. Somebody keeps something of their own in it.');
  const precious = await goesLive(scene, live);
  scene.tell('The Environment stops creating the namespace. Whoever writes that means: leave it alone from now on.');
  await scene.does(...stopCreating);
  scene.tell('The Namespace left the work, so the agent deleted it, with everything in it:');
  for (const each of precious) await isLost(scene, each);
}

/** `create: true → false` is refused, and the safe way is open one step at a time. */
export async function guarded(scene: Scene): Promise<void> {
  scene.tell('The same Environment, the same deployment.');
  const precious = await goesLive(scene, live);
  const spokes = precious.map(({ spoke }) => spoke);
  scene.tell('The same edit:');
  await scene.isRefused('NamespaceWouldBeDeleted', spokes, ...stopCreating);
  await whileAgentsSleep(scene, async () => {
    scene.tell('The safe way, step one: the namespace is to stay. Meanwhile the agents are held up (kill -STOP).');
    await scene.does(...edit, ...spokeNamespace({ orphan: true }));
    await until('the deployment waits for its clusters', async () => {
      const { status } = (await deploymentNow(scene, 'shop')) ?? {};
      return status?.environment?.revision === 2 && spokes.every((spoke) => status.pendingClusters?.includes(spoke));
    });
    await scene.does(...pending);
    scene.tell('Step two has to wait for them:');
    await scene.isRefused('NamespaceWouldBeDeleted', spokes, ...stopCreating);
  });
  scene.tell('The agents go on (kill -CONT), and step one is applied everywhere.');
  await applied(scene, 'shop', 2);
  await scene.does(...pending);
  scene.tell('Step two:');
  await scene.does(...stopCreating);
  await applied(scene, 'shop', 3);
  for (const each of precious) await agentsLetGo(scene, each);
  scene.tell('The Namespace has left the work, the agent has let go of it, and it is there with everything in it:');
  for (const each of precious) await isKept(scene, each);
}

/** Stops the stand-in for the time of an act: nothing arrives on any spoke. */
async function whileAgentsSleep({ hub }: Scene, act: () => Promise<void>): Promise<void> {
  const agents = (await runningProcesses(hub.directory)).filter(({ name }) => name === 'ocm-stand-in');
  if (agents.length === 0) throw new Error('no agent runs here');
  try {
    for (const { pid } of agents) process.kill(pid, 'SIGSTOP');
    await act();
  } finally {
    for (const { pid } of agents) process.kill(pid, 'SIGCONT');
  }
}
