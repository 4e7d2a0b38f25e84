import { manifestWorkReplicaSets } from '../../../src/api/ocm.ts';
import { deploymentAnnotation } from '../../../src/domain/annotations.ts';
import { applied, goesLive } from './deployed.ts';
import { properties } from './patches.ts';
import { isKept } from './precious.ts';
import { manifest, type Scene } from './scene.ts';
import { until } from './until.ts';
import { watchWorks } from './works.ts';

/** Another Placement that selects the same clusters. */
export async function placementSwap(scene: Scene): Promise<void> {
  scene.tell('A topology-ocm-byop with one of two Placements, which select the same clusters.');
  const change = properties({ placementRefs: [{ name: 'hazards-second' }] });
  await handOver(scene, { file: 'h8-byop.yaml', deployment: 'placement-swap', change });
}

/** Another namespace on the hub. */
export async function hubMove(scene: Scene): Promise<void> {
  scene.tell('A topology-ocm, and a second namespace on the hub that Placements may select from.');
  await scene.does('apply', '-f', manifest('h8-binding.yaml'));
  const change = properties({ hubNamespace: scene.namespace });
  await handOver(scene, { file: 'h8-hub-namespace.yaml', deployment: 'hub-move', change });
}

/** Another topology. */
export async function topologyChange(scene: Scene): Promise<void> {
  scene.tell('A topology-ocm, which becomes a topology-ocm-byop.');
  const topology = { type: 'topology-ocm-byop', properties: { placementRefs: [{ name: 'hazards-second' }] } };
  const patch = [{ op: 'replace', path: '/spec/topology', value: topology }];
  const change = ['--type', 'json', '-p', JSON.stringify(patch)];
  await handOver(scene, { file: 'h8-topology.yaml', deployment: 'topology-change', change });
}

/** Plays an edit that gives the works of a deployment new names: the old ones stay until the new ones are applied. */
async function handOver(
  scene: Scene,
  { file, deployment, change }: { file: string; deployment: string; change: string[] },
): Promise<void> {
  const precious = await goesLive(scene, { file, deployment });
  const watch = await watchWorks(scene.hub, deployment, precious.length);
  try {
    await scene.does('patch', 'environment', 'primary', ...change);
    const { status } = await applied(scene, deployment, 2);
    const [work, ...others] = status.replicaSets ?? [];
    if (work === undefined || others.length > 0)
      throw new Error(`${deployment} should have one ManifestWorkReplicaSet`);
    const rows = await watch.handedOver(`${work.namespace}.${work.name}`);
    // A set goes after its works, and these after all that they let go of.
    await until(`only ${work.name} is left`, async () => {
      const { items } = await scene.client().list(manifestWorkReplicaSets);
      const key = `${scene.namespace}/${deployment}`;
      return items.filter(({ metadata }) => metadata.annotations?.[deploymentAnnotation] === key).length === 1;
    });
    scene.tell('What became of the works meanwhile; no old one went before every new one was applied:');
    scene.lines.push(`$ ${watch.call} | grep ${deployment} | awk '!seen[$0]++'`, ...rows);
  } finally {
    watch.end();
  }
  scene.tell('The namespaces had an owner all the time:');
  for (const each of precious) await isKept(scene, each);
}
