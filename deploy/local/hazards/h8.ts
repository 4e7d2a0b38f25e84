import { manifestWorkReplicaSets } from '../../../src/api/ocm.ts';
import { deploymentAnnotation } from '../../../src/domain/annotations.ts';
import { deploy, waitUntilApplied } from './deployments.ts';
import { manifestPath, type HazardRun } from './hazard-run.ts';
import { topologyPatch } from './patches.ts';
import { expectPreserved } from './user-object.ts';
import { waitFor } from '../hub/wait-for.ts';
import { WorkWatch } from './work-watch.ts';

/** The Environment refers to another Placement, which selects the same clusters. */
export async function changePlacement(run: HazardRun): Promise<void> {
  run.explain('A topology-ocm-byop refers to one of two Placements that select the same clusters.');
  const patch = topologyPatch({ placementRefs: [{ name: 'hazards-second' }] });
  await replaceReplicaSet(run, { file: 'h8-byop.yaml', deployment: 'placement-swap', patch });
}

/** The ManifestWorkReplicaSet moves to another namespace on the hub. */
export async function changeHubNamespace(run: HazardRun): Promise<void> {
  run.explain('A topology-ocm, and a second namespace on the hub that is open and has a ManagedClusterSetBinding.');
  await run.kubectl('apply', '-f', manifestPath('h8-binding.yaml'));
  const patch = topologyPatch({ hubNamespace: run.namespace });
  await replaceReplicaSet(run, { file: 'h8-hub-namespace.yaml', deployment: 'hub-move', patch });
}

/** The Environment has another topology, which names its ManifestWorkReplicaSets differently. */
export async function changeTopology(run: HazardRun): Promise<void> {
  run.explain('An Environment changes from topology-ocm to topology-ocm-byop.');
  const topology = { type: 'topology-ocm-byop', properties: { placementRefs: [{ name: 'hazards-second' }] } };
  const operations = [{ op: 'replace', path: '/spec/topology', value: topology }];
  const patch = ['--type', 'json', '-p', JSON.stringify(operations)];
  await replaceReplicaSet(run, { file: 'h8-topology.yaml', deployment: 'topology-change', patch });
}

/** Makes an edit that replaces the ManifestWorkReplicaSet of a deployment, and checks the order in which mooring does it. */
async function replaceReplicaSet(
  run: HazardRun,
  { file, deployment, patch }: { file: string; deployment: string; patch: string[] },
): Promise<void> {
  const objects = await deploy(run, { file, deployment });
  const watch = new WorkWatch(run.hub, deployment);
  try {
    await watch.waitForInitial(objects.length);
    await run.kubectl('patch', 'environment', 'primary', ...patch);
    const { status } = await waitUntilApplied(run, deployment, { revision: 2 });
    const [replicaSet, ...others] = status.replicaSets ?? [];
    if (replicaSet === undefined || others.length > 0) {
      throw new Error(`${deployment} should have one ManifestWorkReplicaSet`);
    }
    const lines = await watch.waitForReplacement(`${replicaSet.namespace}.${replicaSet.name}`);
    // A ManifestWorkReplicaSet is deleted after its ManifestWorks, and these after everything that they own on the spokes.
    await waitFor(`${replicaSet.name} is the only ManifestWorkReplicaSet of ${deployment}`, async () => {
      const { items } = await run.client().list(manifestWorkReplicaSets);
      const key = `${run.namespace}/${deployment}`;
      return items.filter(({ metadata }) => metadata.annotations?.[deploymentAnnotation] === key).length === 1;
    });
    run.explain('The ManifestWorks changed as follows. No old one was deleted before all new ones were applied:');
    run.transcript.push(`$ ${watch.command} | grep ${deployment} | awk '!seen[$0]++'`, ...lines);
  } finally {
    watch.stop();
  }
  run.explain('The namespaces had an owner at every moment, so they stay:');
  for (const object of objects) await expectPreserved(run, object);
}
