import { listRunningProcesses } from '../hub/processes/process-table.ts';
import { deploy, getDeployment, waitUntilApplied } from './deployments.ts';
import type { HazardRun } from './hazard-run.ts';
import { spokeNamespacePatch } from './patches.ts';
import { expectDeleted, expectPreserved, waitUntilReleased } from './user-object.ts';
import { waitFor } from '../hub/wait-for.ts';

const shop = { file: 'h1.yaml', deployment: 'shop' };
const patchEnvironment = ['patch', 'environment', 'primary'];
const stopCreating = [...patchEnvironment, ...spokeNamespacePatch({ create: false })];
const getPending = [
  'get',
  'workloaddeployment',
  'shop',
  '-o',
  'custom-columns=NAME:.metadata.name,REVISION:.status.environment.revision,PENDING:.status.pendingClusters',
];

/** With `create: true → false` OCM deletes the namespace. */
export async function runWithoutRules(run: HazardRun): Promise<void> {
  run.explain('An Environment creates the namespace on the spoke. A user creates a ConfigMap of their own in it.');
  const objects = await deploy(run, shop);
  run.explain(
    'The Environment is changed to create: false. The user expects that OCM no longer touches the namespace.',
  );
  await run.kubectl(...stopCreating);
  run.explain('The Namespace is no longer in the ManifestWork, so the work agent deletes it with all of its content:');
  for (const object of objects) await expectDeleted(run, object);
}

/** mooring denies `create: true → false` until `orphan: true` is applied on every cluster. */
export async function runWithRules(run: HazardRun): Promise<void> {
  run.explain('The same Environment and the same deployment.');
  const objects = await deploy(run, shop);
  const spokes = objects.map(({ spoke }) => spoke);
  run.explain('The same edit is denied:');
  await run.expectDenial('NamespaceWouldBeDeleted', spokes, ...stopCreating);
  await whileAgentsArePaused(run, async () => {
    run.explain(
      'The safe way has two steps. Step 1: set orphan: true. The work agents are paused meanwhile (kill -STOP).',
    );
    await run.kubectl(...patchEnvironment, ...spokeNamespacePatch({ orphan: true }));
    await waitFor('the deployment waits for its clusters', async () => {
      const { status } = (await getDeployment(run, 'shop')) ?? {};
      return status?.environment?.revision === 2 && spokes.every((spoke) => status.pendingClusters?.includes(spoke));
    });
    await run.kubectl(...getPending);
    run.explain('Step 2 sets create: false. It is denied as long as step 1 is not applied on every cluster:');
    await run.expectDenial('NamespaceWouldBeDeleted', spokes, ...stopCreating);
  });
  run.explain('The work agents continue (kill -CONT), and step 1 is applied on every cluster:');
  await waitUntilApplied(run, 'shop', { revision: 2 });
  await run.kubectl(...getPending);
  run.explain('Now step 2 is allowed:');
  await run.kubectl(...stopCreating);
  await waitUntilApplied(run, 'shop', { revision: 3 });
  for (const object of objects) await waitUntilReleased(run, object);
  run.explain('The Namespace is no longer in the ManifestWork, and it still exists with all of its content:');
  for (const object of objects) await expectPreserved(run, object);
}

/** Pauses the OCM stand-in, so that nothing is applied on any spoke. */
async function whileAgentsArePaused({ hub }: HazardRun, action: () => Promise<void>): Promise<void> {
  const agents = (await listRunningProcesses(hub.directory)).filter(({ name }) => name === 'ocm-stand-in');
  if (agents.length === 0) throw new Error('the OCM stand-in does not run');
  try {
    for (const { pid } of agents) process.kill(pid, 'SIGSTOP');
    await action();
  } finally {
    for (const { pid } of agents) process.kill(pid, 'SIGCONT');
  }
}
