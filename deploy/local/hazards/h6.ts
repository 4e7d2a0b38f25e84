import { deploy, waitUntilApplied } from './deployments.ts';
import type { HazardRun } from './hazard-run.ts';
import { expectDeleted, expectPreserved } from './user-object.ts';

const shop = { file: 'h6.yaml', deployment: 'shop', spokeNamespace: 'h6-shop' };
const orphaningRule =
  '/spec/topology/properties/manifestWorkReplicaSet/manifestWorkTemplate/deleteOption/selectivelyOrphans/orphaningRules/0';
const setKind = patchEnvironment({ op: 'replace', path: `${orphaningRule}/resource`, value: 'Namespace' });
const setNamespace = patchEnvironment({ op: 'add', path: `${orphaningRule}/namespace`, value: 'h6-shop' });
const deletion = ['delete', 'workloaddeployment', 'shop', '--timeout=60s'];

/** An orphaning rule that does not match anything is ignored by OCM, so the namespace is deleted. */
export async function runWithoutRules(run: HazardRun): Promise<void> {
  run.explain("A topology-ocm-byop keeps the namespace with an orphaning rule in OCM's deleteOption.");
  const objects = await deploy(run, shop);
  run.explain('The rule is changed: it names the kind (Namespace) instead of the resource (namespaces).');
  await run.kubectl(...setKind);
  await waitUntilApplied(run, 'shop', { revision: 2 });
  run.explain(
    'Now the rule matches nothing, and OCM does not say so. The deployment is deleted, and so is the namespace:',
  );
  await run.kubectl(...deletion);
  for (const object of objects) await expectDeleted(run, object);
}

/** mooring denies an orphaning rule that can never match. */
export async function runWithRules(run: HazardRun): Promise<void> {
  run.explain('The same Environment, with an orphaning rule that matches.');
  const objects = await deploy(run, shop);
  run.explain(
    'A rule with a kind instead of a resource is denied, and so is a namespace on a cluster-scoped resource:',
  );
  await run.expectDenial('OrphaningRuleNeverMatches', [], ...setKind);
  await run.expectDenial('OrphaningRuleNeverMatches', [], ...setNamespace);
  run.explain('The rule is unchanged. The deployment is deleted, and the namespace stays:');
  await run.expectWarning('WhatDeletionRemoves', ...deletion);
  for (const object of objects) await expectPreserved(run, object);
}

function patchEnvironment(operation: object): string[] {
  return ['patch', 'environment', 'primary', '--type', 'json', '-p', JSON.stringify([operation])];
}
