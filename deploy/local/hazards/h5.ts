import { deploy, waitUntilApplied } from './deployments.ts';
import type { HazardRun } from './hazard-run.ts';
import { topologyPatch } from './patches.ts';
import { expectDeleted, expectPreserved } from './user-object.ts';

/** A Placement selects fewer clusters. The user wants that and OCM chooses the clusters, so mooring only warns. */
export async function runWithRules(run: HazardRun): Promise<void> {
  run.explain('A deployment is on two clusters.');
  const objects = await deploy(run, { file: 'h5.yaml', deployment: 'shop' });
  run.explain('The Environment is changed to require one cluster. The edit is allowed, with a warning:');
  const patch = topologyPatch({ placement: { numberOfClusters: 1 } });
  await run.expectWarning('WorkloadsWouldMove', 'patch', 'environment', 'primary', ...patch);
  const { status } = await waitUntilApplied(run, 'shop', { revision: 2, clusters: 1 });
  const [selected] = status.selectedClusters ?? [];
  run.explain(
    `OCM selected ${selected}. The namespace on ${selected} stays; the one on the other cluster is deleted, as the warning said:`,
  );
  for (const object of objects) await (object.spoke === selected ? expectPreserved : expectDeleted)(run, object);
}
