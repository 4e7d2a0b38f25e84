import { applied, goesLive } from './deployed.ts';
import { isKept, isLost } from './precious.ts';
import type { Scene } from './scene.ts';

const live = { file: 'h6.yaml', deployment: 'shop', spokeNamespace: 'h6-shop' };
const rule =
  '/spec/topology/properties/manifestWorkReplicaSet/manifestWorkTemplate/deleteOption/selectivelyOrphans/orphaningRules/0';
const kindForResource = patch({ op: 'replace', path: `${rule}/resource`, value: 'Namespace' });
const namespaceOnNamespace = patch({ op: 'add', path: `${rule}/namespace`, value: 'h6-shop' });
const deletion = ['delete', 'workloaddeployment', 'shop', '--timeout=60s'];

/** An orphaning rule that never matches, as it is in OCM. */
export async function unguarded(scene: Scene): Promise<void> {
  scene.tell("A topology-ocm-byop keeps the namespace, by an orphaning rule of OCM's own deleteOption.");
  const precious = await goesLive(scene, live);
  scene.tell('The rule is written as one would write it: with the kind.');
  await scene.does(...kindForResource);
  await applied(scene, 'shop', 2);
  scene.tell('It matches nothing, and nobody says so. The deployment is deleted, and nothing is kept:');
  await scene.does(...deletion);
  for (const each of precious) await isLost(scene, each);
}

/** What can never match is refused; what matches keeps the namespace. */
export async function guarded(scene: Scene): Promise<void> {
  scene.tell('The same Environment, with the rule that matches.');
  const precious = await goesLive(scene, live);
  scene.tell('With the kind in place of the resource, and with a namespace for something that is in none:');
  await scene.isRefused('OrphaningRuleNeverMatches', [], ...kindForResource);
  await scene.isRefused('OrphaningRuleNeverMatches', [], ...namespaceOnNamespace);
  scene.tell('So the rule is as it was. The deployment is deleted, and the namespace is kept:');
  await scene.isWarned('WhatDeletionRemoves', ...deletion);
  for (const each of precious) await isKept(scene, each);
}

function patch(operation: object): string[] {
  return ['patch', 'environment', 'primary', '--type', 'json', '-p', JSON.stringify([operation])];
}
