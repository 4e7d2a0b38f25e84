import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import { mooring, mooringStrictly } from '../support/command-line.ts';
import { customTopology, fewLines, topologyWithConfigMap } from '../support/custom-topology.ts';
import { hubNamespace } from '../support/hub-namespaces.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';

const samples = join(import.meta.dirname, '..', 'samples', 'lifecycle');
const example = join(import.meta.dirname, '..', '..', 'deploy', 'local', 'examples', 'complete.yaml');

/** Runs `mooring check` with a string on standard input. */
function checked(input: string, ...args: string[]) {
  return mooringStrictly(['check', ...args], { input });
}

interface Result {
  operation: string;
  kind: string;
  namespace: string;
  name: string;
  allowed: boolean;
  violations: { code: string; severity: string; path: string; message: string }[];
}

async function results(text: string, ...args: string[]): Promise<Result[]> {
  const { out } = await checked(text, '-o', 'json', ...args);
  const parsed: { results: Result[] } = JSON.parse(out);
  return parsed.results;
}

/** `KIND/NAME: CODE…`, where `!` marks a denial. */
function told(all: readonly Result[]): string[] {
  return all.map(({ kind, name, allowed, violations }) => {
    const codes = violations.map(({ code, severity }) => (severity === 'deny' ? `${code}!` : code));
    return `${kind}/${name} ${allowed ? 'admitted' : 'refused'}${codes.length === 0 ? '' : `: ${codes.join(' ')}`}`;
  });
}

/** The expected results of each sample. */
const expected: Record<string, string[]> = {
  'fewer-clusters': ['Environment/own admitted: WorkloadsWouldMove'],
  'lifecycle-words': [
    'Environment/orphan-without-create admitted: OrphanWithoutCreate',
    'Environment/workload-orphan admitted: WorkloadOrphanKeepsNamespace',
    'Environment/both admitted',
  ],
  mistakes: [
    'Environment/own refused: InvalidSpec! InvalidSpec! InvalidSpec!',
    'Environment/typo refused: UnknownTopology!',
    'WorkloadDeployment/second refused: InvalidSpec!',
    'WorkloadDeployment/third admitted: ReferenceNotFound RevisionNotFound',
  ],
  'more-clusters': ['Environment/own admitted'],
  'moves-its-namespace': ['WorkloadDeployment/first refused: WorkloadsWouldMove!'],
  'orphaning-rules': [
    'Environment/kind-for-resource refused: OrphaningRuleNeverMatches!',
    'Environment/namespace-on-cluster-scoped refused: OrphaningRuleNeverMatches!',
    'Environment/as-it-should-be admitted',
  ],
  'orphaning-rules-unheeded': [
    'Environment/policy-left-out refused: OrphaningRuleNeverMatches!',
    'Environment/foreground refused: OrphaningRuleNeverMatches!',
    'Environment/no-such-policy refused: InvalidSpec!',
    'Environment/keeps-everything admitted',
    'Environment/keeps-nothing admitted',
  ],
  overrides: [
    'Environment/leaves-nothing refused: SelectorLeavesNothing!',
    'Environment/other-type admitted',
    'Environment/matches-nothing admitted',
    'WorkloadDeployment/first refused: OverrideTypeDiffers!',
    'WorkloadDeployment/second admitted: OverrideMatchesNothing',
  ],
  'protected-namespaces': [
    'Environment/own admitted',
    'WorkloadDeployment/first refused: ProtectedNamespace!',
    'WorkloadDeployment/second refused: ProtectedNamespace!',
    'WorkloadDeployment/third refused: ProtectedNamespace!',
    'WorkloadDeployment/fourth refused: ProtectedNamespace!',
    'WorkloadDeployment/fifth admitted',
  ],
  're-pins-to-a-guest': ['WorkloadDeployment/first refused: NamespaceWouldBeDeleted!'],
  'renames-its-workload': ['WorkloadDeployment/first admitted: WorkloadsWouldMove'],
  'same-workload': ['WorkloadDeployment/second refused: WorkloadConflict!'],
  'second-one-does-not-create': ['WorkloadDeployment/second refused: NamespaceLifecycleConflict!'],
  'second-one-keeps-the-namespace': ['WorkloadDeployment/second refused: NamespaceLifecycleConflict!'],
  'second-one-owns-too': ['WorkloadDeployment/second admitted'],
  'stops-creating': ['Environment/own refused: NamespaceWouldBeDeleted!'],
  'stops-creating-what-it-keeps': ['Environment/keep admitted'],
  'unrelated-edits': ['WorkloadProfile/web admitted', 'WorkloadDeployment/first admitted', 'Environment/own admitted'],
};

/** A deployment that is applied on some clusters, as its status says. */
function placed(made: KubeObject, status: JsonObject): KubeObject {
  return Object.assign({}, made, { status });
}

const owned = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
const kept = { spokeNamespace: { create: true, orphan: true }, workload: { orphan: false } };
const guest = { spokeNamespace: { create: false } };

const cases: { title: string; state: object[]; apply?: object[]; args?: string[]; says: string[] }[] = [
  {
    title: 'a conflict on clusters that both select',
    state: [
      environment('team'),
      environment('team', { name: 'other', lifecycle: guest }),
      profile('team'),
      placed(deployment('team', { spokeNamespace: 'shop' }), {
        selectedClusters: ['one', 'two'],
        effectiveLifecycle: owned,
      }),
    ],
    apply: [deployment('team', { name: 'second', environmentRef: 'other', spokeNamespace: 'shop' })],
    says: ['WorkloadDeployment/second refused: NamespaceLifecycleConflict!'],
  },
  {
    title: 'a warning only, where the selections are disjoint now',
    state: [
      environment('team'),
      placed(environment('team', { name: 'other', lifecycle: guest }), { selectedClusters: ['three'] }),
      profile('team'),
      placed(deployment('team', { spokeNamespace: 'shop' }), {
        selectedClusters: ['one', 'two'],
        effectiveLifecycle: owned,
      }),
    ],
    apply: [
      deployment('team', { name: 'second', environmentRef: 'other', spokeNamespace: 'shop' }),
      // The same app in dev and prod, on different clusters, is the main use of Environments.
      {
        ...deployment('team', { name: 'web-prod', environmentRef: 'other', spokeNamespace: 'shop' }),
        spec: { ...deployment('team', { spokeNamespace: 'shop' }).spec, environmentRef: { name: 'other' } },
      },
    ],
    says: [
      'WorkloadDeployment/second admitted: NamespaceLifecycleConflict',
      'WorkloadDeployment/web-prod admitted: NamespaceLifecycleConflict WorkloadConflict',
    ],
  },
  {
    title: 'step two of the safe way while step one is not applied everywhere',
    state: [
      environment('team', { lifecycle: { spokeNamespace: { orphan: true } } }),
      profile('team'),
      placed(deployment('team', { spokeNamespace: 'shop' }), {
        selectedClusters: ['one', 'two'],
        pendingClusters: ['two'],
        effectiveLifecycle: kept,
      }),
    ],
    apply: [environment('team', { lifecycle: guest })],
    says: ['Environment/primary refused: NamespaceWouldBeDeleted!'],
  },
  {
    title: 'step two of the safe way once step one is applied everywhere',
    state: [
      environment('team', { lifecycle: { spokeNamespace: { orphan: true } } }),
      profile('team'),
      placed(deployment('team', { spokeNamespace: 'shop' }), {
        selectedClusters: ['one', 'two'],
        pendingClusters: [],
        effectiveLifecycle: kept,
      }),
    ],
    apply: [environment('team', { lifecycle: guest })],
    says: ['Environment/primary admitted'],
  },
  {
    title: 'an edit that does not affect a pinned deployment',
    state: [environment('team'), profile('team'), deployment('team', { environmentRef: 'primary@v1' })],
    apply: [environment('team', { lifecycle: guest })],
    says: ['Environment/primary admitted'],
  },
  {
    title: 'a refused edit that is acknowledged',
    state: [environment('team'), profile('team'), deployment('team')],
    apply: [
      environment('team', {
        lifecycle: guest,
        annotations: { 'spectrocloud.com/acknowledge': 'NamespaceWouldBeDeleted' },
      }),
    ],
    says: ['Environment/primary admitted: NamespaceWouldBeDeleted'],
  },
  {
    title: 'deletions, each after the previous ones',
    state: [environment('team'), profile('team'), deployment('team')],
    args: [
      '--delete',
      'env/team/primary',
      '--delete',
      'WorkloadDeployment/team/web',
      '--delete',
      'Environment/team/primary',
    ],
    says: [
      'Environment/primary admitted: InUse',
      'WorkloadDeployment/web admitted: WhatDeletionRemoves',
      'Environment/primary refused: NotFound!',
    ],
  },
  {
    title: 'the deletion of an owner with a guest in its namespace',
    state: [
      environment('team'),
      environment('team', { name: 'other', lifecycle: guest }),
      profile('team'),
      deployment('team', { spokeNamespace: 'shop' }),
      deployment('team', { name: 'second', environmentRef: 'other', spokeNamespace: 'shop' }),
    ],
    args: ['--delete', 'wd/team/web'],
    says: ['WorkloadDeployment/web refused: NamespaceLifecycleConflict! WhatDeletionRemoves'],
  },
  {
    title: 'an Environment that is not ready',
    state: [
      placed(environment('team'), {
        conditions: [
          { type: 'EnvironmentReady', status: 'False', reason: 'TotalSelectedClustersLessThanZero', message: 'none' },
        ],
      }),
      profile('team'),
    ],
    apply: [deployment('team')],
    says: ['WorkloadDeployment/web admitted: EnvironmentNotReady'],
  },
  {
    title: 'a replaced placementRef: the old ManifestWorks are deleted after the new ones are applied',
    state: [
      environment('team', {
        topology: { type: 'topology-ocm-byop', properties: { placementRefs: [{ name: 'gpu' }] } },
      }),
      profile('team'),
      deployment('team'),
    ],
    apply: [
      environment('team', {
        topology: { type: 'topology-ocm-byop', properties: { placementRefs: [{ name: 'cpu' }] } },
      }),
    ],
    says: ['Environment/primary admitted: WorkloadsWouldMove'],
  },
];

const unusable: { title: string; text?: string; args: string[]; says: RegExp }[] = [
  { title: 'nothing to check', args: ['--state', '-'], says: /there is nothing to check: give a FILE/ },
  { title: 'a file that does not exist', args: ['none.yaml'], says: /none\.yaml cannot be read/ },
  { title: 'an unknown option', args: ['--colour', '-'], says: /unknown option '--colour'; see mooring check --help/ },
  {
    title: 'another output format',
    args: ['-o', 'yaml', '-'],
    says: /option '-o, --output <FORMAT>' argument 'yaml' is invalid\. Allowed choices are text, json;/,
  },
  { title: 'input that is not YAML', text: 'a: [', args: ['-'], says: /^standard input:1: / },
  { title: 'standard input twice', args: ['--state', '-', '-'], says: /can be read only once/ },
  {
    title: 'a deletion without a namespace',
    args: ['--delete', 'Environment/primary'],
    says: /use KIND\/NAMESPACE\/NAME/,
  },
  {
    title: 'a deletion of a mistyped kind',
    args: ['--delete', 'Enviroment/a/b'],
    says: /did you mean "Environment"/,
  },
  {
    title: 'a deletion of an object that does not exist',
    args: ['--delete', 'Environment/a/b'],
    says: /this object is neither in the state nor in the files/,
  },
  { title: 'a file without an object', text: '', args: ['-'], says: /there is no object in -/ },
  {
    title: 'another version of our group',
    text: manifest({ ...environment('team'), apiVersion: 'spectrocloud.com/v9' }),
    args: ['-'],
    says: /mooring serves spectrocloud\.com\/v1beta1/,
  },
  {
    title: 'a mistyped kind',
    text: manifest({ ...environment('team'), kind: 'Enviroment' }),
    args: ['-'],
    says: /^standard input:1: there is no kind Enviroment .*did you mean "Environment"\? \(kinds: Environment, /,
  },
  {
    title: 'a mistyped apiVersion',
    text: manifest({ ...environment('team'), apiVersion: 'spectrocloud.com/v1beta2' }),
    args: ['-'],
    says: /^standard input:1: there is no spectrocloud\.com\/v1beta2; did you mean "spectrocloud\.com\/v1beta1"\?/,
  },
  {
    title: 'an alias without an anchor',
    text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: *undefined\n',
    args: ['-'],
    says: /^standard input:4: \*undefined/,
  },
  { title: 'an unknown rule', args: ['--rule', 'Nope=off', '-'], says: /no such rule/ },
];

describe('check', function () {
  this.timeout(120_000);

  it('admits the complete example without a warning', async () => {
    const { code, out, error } = await checked('', example);
    assert.equal(error, 'Note: unchecked rule: HubNamespaceWouldBeOwned: the state contains no ManagedCluster\n');
    assert.equal(code, 0);
    assert.match(out, /^environment\.spectrocloud\.com\/primary created\n/);
  });

  it('has an expectation for every sample', async () => {
    assert.deepEqual((await readdir(samples)).toSorted(), Object.keys(expected).toSorted());
  });

  for (const [sample, says] of Object.entries(expected)) {
    it(`reports for the sample ${sample}: ${says.join('; ')}`, async () => {
      const folder = join(samples, sample);
      const args = ['-n', 'team', '--state', join(folder, 'state.yaml'), join(folder, 'apply.yaml')];
      const { code, out } = await checked('', '-o', 'json', ...args);
      const parsed: { results: Result[] } = JSON.parse(out);
      assert.deepEqual(told(parsed.results), says);
      assert.equal(code, says.some((line) => line.includes(' refused')) ? 1 : 0);
    });
  }

  for (const { title, state, apply = [], args = [], says } of cases) {
    it(`reports for ${title}: ${says.join('; ')}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'mooring-check-'));
      try {
        const file = join(folder, 'state.yaml');
        await writeFile(file, manifest(...state));
        const files = apply.length === 0 ? [] : ['-'];
        assert.deepEqual(told(await results(manifest(...apply), '--state', file, ...args, ...files)), says);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  it('renders a topology that depends on the hub namespace once for each deployment', async () => {
    const template = fewLines.replace(
      'manifestWorkTemplate: workload:',
      `manifestWorkTemplate: {
			if context.deployment.namespace == "keepers" {
				deleteOption: {
					propagationPolicy: "SelectivelyOrphan"
					selectivelyOrphans: orphaningRules: [{resource: "namespaces", name: "shop"}]
				}
			}
		}
		manifestWorkTemplate: workload:`,
    );
    const team = (namespace: string) => [
      environment(namespace, { topology: { type: 'ours' } }),
      profile(namespace),
      deployment(namespace, { spokeNamespace: 'shop' }),
    ];
    const says = async (namespace: string) => {
      const state = manifest(customTopology('ours', template), ...team(namespace));
      const [deleted] = await results(state, '--state', '-', '--delete', `wd/${namespace}/web`);
      return deleted?.violations[0]?.message ?? '';
    };
    assert.match(await says('keepers'), /Namespace shop stays/);
    assert.match(await says('others'), /Namespace shop is deleted with everything in it/);
  });

  it('accepts a List, as `kubectl get -o yaml` prints it, as the state', async () => {
    const items = [environment('team'), profile('team'), deployment('team')];
    const state = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    assert.deepEqual(told(await results(state, '--state', '-', '--delete', 'wp/team/web')), [
      'WorkloadProfile/web admitted: InUse',
    ]);
  });

  it('records the revisions of an object that is edited in the files: an old one can still be pinned', async () => {
    const text = manifest(
      environment('team'),
      environment('team', { placement: { numberOfClusters: 2 } }),
      profile('team'),
      deployment('team', { environmentRef: 'primary@v1' }),
      deployment('team', { name: 'third', environmentRef: 'primary@v3', spokeNamespace: 'third' }),
    );
    assert.deepEqual(told(await results(text, '-')), [
      'Environment/primary admitted',
      'Environment/primary admitted',
      'WorkloadProfile/web admitted',
      'WorkloadDeployment/web admitted',
      'WorkloadDeployment/third admitted: RevisionNotFound',
    ]);
  });

  it('prints in JSON the operation, and code, severity, path and message of each violation', async () => {
    const text = manifest(environment('team'), environment('team', { lifecycle: guest }));
    const [first, second] = await results(text, '-');
    assert.deepEqual(first, {
      operation: 'CREATE',
      kind: 'Environment',
      namespace: 'team',
      name: 'primary',
      allowed: true,
      violations: [],
    });
    assert.equal(second?.operation, 'UPDATE');
    const [refused] = await results(manifest(deployment('team', { spokeNamespace: 'default' })), '-');
    assert.deepEqual(
      refused?.violations.map((violation) => Object.keys(violation)),
      refused?.violations.map(() => ['code', 'severity', 'path', 'message']),
    );
    assert.deepEqual(
      refused?.violations.find(({ code }) => code === 'ProtectedNamespace')?.path,
      'spec.workload.namespace',
    );
  });

  it('prints results as kubectl does, and refusals with all their lines', async () => {
    const refused = deployment('team', { spokeNamespace: 'kube-system' });
    const waiting = deployment('team', { name: 'waiting' });
    const { code, out, error } = await checked(manifest(profile('team'), refused, waiting, profile('team')), '-');
    assert.equal(code, 1);
    assert.match(out, /^workloadprofile\.spectrocloud\.com\/web created\n/);
    assert.match(
      out,
      /web in team would not be created:\n\* spec\.workload\.namespace: kube-system .*\(ProtectedNamespace\)\n/,
    );
    assert.match(out, /workloadprofile\.spectrocloud\.com\/web unchanged\n$/);
    assert.match(
      error,
      /^Warning: spec\.environmentRef\.name: there is no Environment team\/primary yet, and no other Environment in namespace team \(ReferenceNotFound\)$/m,
    );
  });

  it('reports the right to a spoke namespace as unchecked, unless the state contains the Namespace on the hub', async () => {
    const state = join(await mkdtemp(join(tmpdir(), 'mooring-check-')), 'state.yaml');
    const text = manifest(environment('team'), profile('team'), deployment('team', { spokeNamespace: 'shop' }));
    const { code, error } = await checked(text, '-');
    assert.equal(code, 0);
    assert.match(error, /^Note: unchecked right: use spokenamespaces shop$/m);
    for (const [listed, refused] of [
      ['store', true],
      ['shop', false],
    ] as const) {
      await writeFile(state, manifest(hubNamespace('team', listed)));
      const decided = await checked(text, '--state', state, '-');
      assert.equal(decided.code, refused ? 1 : 0);
      assert.doesNotMatch(decided.error, /unchecked right/);
      assert.equal(/\(SpokeNamespaceNotAllowed\)$/m.test(decided.out), refused);
    }
  });

  it('denies a deployment that may come to the hub itself if the state says that the hub is a cluster', async () => {
    const state = join(await mkdtemp(join(tmpdir(), 'mooring-check-')), 'state.yaml');
    const metadata = { name: 'hub', labels: { 'local-cluster': 'true' } };
    const cluster = { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster', metadata };
    const text = manifest(environment('team'), profile('team'), deployment('team'));
    await writeFile(state, manifest(cluster));
    const denied = await checked(text, '--state', state, '-');
    assert.deepEqual([denied.code, denied.error], [1, '']);
    assert.match(denied.out, /\{key: local-cluster, operator: NotIn, .*\(HubNamespaceWouldBeOwned\)$/m);
    await writeFile(state, manifest({ ...cluster, metadata: { name: 'spoke1' } }));
    const allowed = await checked(text, '--state', state, '-');
    assert.deepEqual([allowed.code, allowed.error], [0, '']);
  });

  it('takes further protected namespaces', async () => {
    const text = manifest(environment('team'), profile('team'), deployment('team', { spokeNamespace: 'acme-dns' }));
    const { out } = await checked(text, '--protected-namespace', 'acme-*', '-');
    assert.match(out, /\(ProtectedNamespace\)$/m);
  });

  it('admits a topology that renders another kind only with --topology-kind', async () => {
    const topology = customTopology('ours', topologyWithConfigMap);
    const text = manifest(
      environment('team', { topology: { type: 'ours', properties: {} } }),
      profile('team'),
      topology,
    );
    const refused = await checked(text, '-');
    assert.equal(refused.code, 1);
    assert.match(refused.out, /ConfigMap \(v1\) is not a kind that a topology may render; .*\(TopologyDoesNotRender\)/);
    assert.equal((await checked(text, '--topology-kind', 'v1/ConfigMap', '-')).code, 0);
    const never = await mooring(['check', '--topology-kind', 'apps/v1/Deployment', '-'], { input: text });
    assert.equal(never.code, 2);
    assert.match(never.error, /--topology-kind apps\/v1\/Deployment: a topology must never render this kind/);
  });

  it('reports rights as unchecked', async () => {
    const made = deployment('team', { spokeNamespace: 'shop' });
    const object = { ...made, spec: { ...made.spec, environmentRef: { name: 'primary', namespace: 'platform' } } };
    const { error } = await checked(manifest(environment('platform'), profile('team'), object), '-');
    assert.match(error, /^Note: unchecked right: use environments platform\/primary$/m);
  });

  it('skips objects that admission does not apply to, and uses the labels of a Namespace', async () => {
    const labels = { 'spectrocloud.com/pin-refs': 'required' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels } };
    const { out } = await checked(manifest(namespace, environment('team'), profile('team'), deployment('team')), '-');
    assert.match(out, /^namespace\/team not checked/);
    assert.match(out, /is a floating ref.*\(UnpinnedRef\)/);
  });

  it('refuses fields that are not in the schema, as kubectl does', async () => {
    const made = environment('team');
    const typo = { ...made, spec: { ...made.spec, topologie: {} } };
    assert.deepEqual(told(await results(manifest(typo), '-')), ['Environment/primary refused: InvalidSpec!']);
  });

  it('refuses labels that are booleans to kubectl, with the path', async () => {
    const text = manifest(environment('team', { labels: { x: 'QUOTED' } })).replace('"QUOTED"', 'no');
    const [refused] = await results(text, '-');
    assert.deepEqual(
      refused?.violations.map(({ code, path }) => [code, path]),
      [['InvalidSpec', 'metadata.labels[x]']],
    );
  });

  it('reads create: no as the false that kubectl sends', async () => {
    const text = manifest(environment('team', { lifecycle: { spokeNamespace: { create: false, orphan: false } } }));
    const words = text.replace(/"?create"?: ?false/, '"create": no').replace(/"?orphan"?: ?false/, '"orphan": off');
    assert.match(words, /no.*off/s);
    assert.deepEqual(told(await results(words, '-')), ['Environment/primary admitted']);
  });

  it('accepts an empty list as the state', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-check-'));
    try {
      const state = join(folder, 'state.yaml');
      await writeFile(state, 'apiVersion: v1\nkind: List\nitems: []\n');
      assert.equal((await checked(manifest(environment('team')), '--state', state, '-')).code, 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('changes the severity of rules as the webhook does', async () => {
    const text = manifest(profile('team'), deployment('team', { spokeNamespace: 'shop' }));
    const [, refused] = await results(text, '--rule', 'ReferenceNotFound=deny', '-');
    const [, switched] = await results(text, '-');
    assert.deepEqual([refused?.allowed, switched?.allowed], [false, true]);
  });

  for (const { title, text = '', args, says } of unusable) {
    it(`ends with 2 for ${title}`, async () => {
      const { code, error } = await mooring(['check', ...args], { input: text });
      assert.equal(code, 2);
      assert.match(error.replace(/^mooring: /, ''), new RegExp(says.source, `${says.flags}m`));
    });
  }

  it('refuses to delete an object whose creation was refused, and prints the earlier results', async () => {
    const text = manifest(environment('team', { topology: { type: 'topology-omc' } }));
    const all = await results(text, '-', '--delete', 'env/team/primary');
    assert.deepEqual(told(all), [
      'Environment/primary refused: UnknownTopology!',
      'Environment/primary refused: NotFound!',
    ]);
  });

  it('shows its help', async () => {
    const { code, out } = await checked('', '--help');
    assert.equal(code, 0);
    assert.match(out, /^Usage: mooring check /);
  });
});
