import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { mooring } from '../../support/command-line.ts';
import { environment, manifest } from '../../support/manifests.ts';
import { buildTimeoutMs, cueModule } from '../../topology/cue-module.ts';

interface Result {
  decision: string;
  violations: { code: string; path: string; message: string }[];
}

/** What `mooring check` says about an Environment of topology-ocm with these properties. */
async function check(properties: JsonObject): Promise<string> {
  const input = manifest(environment('team', { topology: { type: 'topology-ocm', properties } }));
  const { out } = await mooring(['check', '-o', 'json', '-'], { input });
  const { results }: { results: Result[] } = JSON.parse(out);
  const lines = (results[0]?.violations ?? []).map(({ code, path, message }) => `${code} ${path}: ${message}`);
  return lines.map((line) => line.replace('spec.topology.properties.', '')).join('\n');
}

const executor = { subject: { type: 'ServiceAccount', serviceAccount: { namespace: 'lab', name: 'deployer' } } };
const accepted: [saw: string, properties: JsonObject][] = [
  ['sortBy: is not a field here', { placement: { sortBy: 'Score' } }],
  ['scoreRateLimit: is not a field here', { placement: { scoreRateLimit: '1m' } }],
  [
    'clustersPerDecisionGroup: must be an integer >=1, not 0',
    { placement: { decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: 0 } } } },
  ],
  ['mode: must be one of Additive, Exact, not ""', { placement: { prioritizerPolicy: { mode: '' } } }],
  [
    'progressDeadline: must match, not "1h30m"',
    {
      manifestWorkReplicaSet: {
        rolloutStrategy: { type: 'Progressive', progressive: { progressDeadline: '1h30m', maxConcurrency: 1 } },
      },
    },
  ],
  ['executor: is not a field here', { manifestWorkReplicaSet: { manifestWorkTemplate: { executor } } }],
  ['predicates: must be a list, not null', { placement: { predicates: null, tolerations: null } }],
];

const unreachable = { key: 'cluster.open-cluster-management.io/unreachable', operator: 'Exists' };
const score = { scoreCoordinate: { type: 'AddOn', addOn: { resourceName: 'usage', scoreName: 'cpu' } }, weight: 1 };
const scored = (configurations: JsonObject[]): JsonObject => ({
  placement: { numberOfClusters: 1, prioritizerPolicy: { mode: 'Exact', configurations } },
});
const silent: [saw: string, properties: JsonObject, says: RegExp][] = [
  [
    'a rollout block without a type has no effect',
    { manifestWorkReplicaSet: { rolloutStrategy: { progressive: { maxConcurrency: 1 } } } },
    /^RolloutBlockHasNoEffect .*\.progressive: has no effect without a type, which is All by default; set type: Progressive/,
  ],
  [
    'a toleration without a value does not match a taint with one',
    { placement: { tolerations: [{ key: 'gpu', operator: 'Equal' }] } },
    /^TolerationIsLimited placement\.tolerations\[0\]: tolerates only taints without a value; set operator: Exists/,
  ],
  [
    'a cluster is left after tolerationSeconds, and its namespace is deleted',
    { placement: { tolerations: [{ ...unreachable, tolerationSeconds: 300 }] } },
    /^TolerationIsLimited .*tolerationSeconds: 300 s after .* the Namespace is deleted with everything in it/,
  ],
  [
    'workloads move with every score, and namespaces are deleted',
    scored([score]),
    /^ScoresMoveWorkloads placement\.prioritizerPolicy: OCM moves Workloads whenever the score usage\/cpu changes/,
  ],
  [
    'a misspelt hub namespace is not open',
    { hubNamespace: 'manged-cluster-set-global' },
    /^HubNamespaceMisspelt hubNamespace: .*did you mean "managed-cluster-set-global"\?$/m,
  ],
];

describe('fields that OCM has', function () {
  this.timeout(60_000);

  before(async function () {
    this.timeout(buildTimeoutMs);
    await cueModule();
  });

  for (const [saw, properties] of accepted) {
    it(`are accepted where mooring said: ${saw}`, async () => {
      assert.equal(await check(properties), '');
    });
  }

  for (const [saw, properties, says] of silent) {
    it(`have a warning where nothing told that ${saw}`, async () => {
      assert.match(await check(properties), says);
    });
  }

  it('have no warning where Steady keeps workloads on their clusters', async () => {
    assert.equal(await check(scored([score, { scoreCoordinate: { builtIn: 'Steady' }, weight: 3 }])), '');
  });
});
