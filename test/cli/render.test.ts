import assert from 'node:assert/strict';
import { mooring, mooringStrictly } from '../support/command-line.ts';
import { topologyWithConfigMap, customTopology } from '../support/custom-topology.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';

/** Runs `mooring render` with a string on standard input. */
function rendered(input: string, ...args: string[]) {
  return mooringStrictly(['render', ...args], { input });
}

/** A deployment in a namespace, with a topology that renders a ConfigMap. */
const withConfigMap = (namespace: string) => [
  customTopology('ours', topologyWithConfigMap),
  environment(namespace, { topology: { type: 'ours', properties: {} } }),
  profile(namespace),
  deployment(namespace),
];

const failures: { title: string; objects: object[]; says: RegExp }[] = [
  {
    title: 'an invalid parameter',
    objects: [environment('team', { placement: { numberOfClusters: '3' } }), profile('team'), deployment('team')],
    says: /^standard input:5: WorkloadDeployment web: Environment team\/primary: spec\.topology\.properties\.placement\.numberOfClusters: .*\(InvalidParameter\)$/,
  },
  {
    title: 'an unknown topology',
    objects: [environment('team', { topology: { type: 'ours' } }), profile('team'), deployment('team')],
    says: /^standard input:5: WorkloadDeployment web: Environment team\/primary: there is no topology ours.*\(UnknownTopology\)$/,
  },
  {
    title: 'an Environment that is not in the files',
    objects: [profile('team'), deployment('team')],
    says: /^standard input:3: WorkloadDeployment web: spec\.environmentRef: there is no Environment team\/primary.*\(ReferenceNotFound\)$/,
  },
  {
    title: 'a revision that is not in the files',
    objects: [environment('team'), profile('team'), deployment('team', { environmentRef: 'primary@v3' })],
    says: /^standard input:5: WorkloadDeployment web: spec\.environmentRef: .*existing revisions: v1 \(RevisionNotFound\)$/,
  },
  {
    title: 'a label that is a number',
    objects: [{ ...deployment('team'), metadata: { namespace: 'team', name: 'web', labels: { x: 1 } } }],
    says: /^standard input:1: WorkloadDeployment web: metadata\.labels\[x\]: must be a string, not 1: put it in quotes$/m,
  },
  {
    title: 'an object that breaks its schema',
    objects: [{ ...deployment('team'), spec: { workload: { name: 'x', namespace: 'x' } } }],
    says: /^standard input:1: WorkloadDeployment web: spec\.environmentRef: is required$/m,
  },
];

const unusable: { title: string; text?: string; args: string[]; says: RegExp }[] = [
  { title: 'no deployment', text: manifest(environment('team')), args: ['-'], says: /no WorkloadDeployment/ },
  { title: 'no file', args: [], says: /there is nothing to render: give a FILE/ },
  { title: 'a file that does not exist', args: ['none.yaml'], says: /none\.yaml cannot be read/ },
  { title: 'an unknown option', args: ['--colour', '-'], says: /unknown option '--colour'; see mooring render --help/ },
  {
    title: 'an unknown output',
    args: ['-o', 'xml', '-'],
    says: /option '-o, --output <FORMAT>' argument 'xml' is invalid\. Allowed choices are yaml, json;/,
  },
  { title: 'input that is not YAML', text: 'a: [', args: ['-'], says: /^standard input:1: / },
  {
    title: 'a mistyped kind',
    text: manifest({ ...environment('team'), kind: 'Enviroment' }, deployment('team')),
    args: ['-'],
    says: /^standard input:1: there is no kind Enviroment/,
  },
  {
    title: 'a document that is not an object',
    text: '- a\n',
    args: ['-'],
    says: /^standard input:1: is not an object/,
  },
];

describe('render', function () {
  this.timeout(60_000);

  for (const { title, objects, says } of failures) {
    it(`ends with 1 and names the file and the line for ${title}`, async () => {
      const { code, out, error } = await rendered(manifest(...objects), '-');
      assert.deepEqual([code, out], [1, '']);
      assert.match(error.trimEnd(), says);
    });
  }

  for (const { title, text = '', args, says } of unusable) {
    it(`ends with 2 for ${title}`, async () => {
      const { code, error } = await mooring(['render', ...args], { input: text });
      assert.equal(code, 2);
      assert.match(error.replace(/^mooring: /, ''), new RegExp(says.source, `${says.flags}m`));
    });
  }

  it('prints the other deployments if one of several cannot be rendered', async () => {
    const lost = deployment('team', { name: 'lost', environmentRef: 'none' });
    const text = manifest(environment('team'), profile('team'), lost, deployment('team'));
    const { code, out, error } = await rendered(text, '-o', 'json', '-');
    assert.equal(code, 1);
    assert.match(error, /^standard input:5: WorkloadDeployment lost: /);
    assert.equal(JSON.parse(out).items.length, 2);
  });

  it('renders other kinds only with --topology-kind', async () => {
    const text = manifest(...withConfigMap('team'));
    const refused = await rendered(text, '-');
    assert.equal(refused.code, 1);
    assert.match(refused.error, /ConfigMap \(v1\) is not a kind that a topology may render; .*\(InvalidRender\)$/m);
    const { code, out, error } = await rendered(text, '--topology-kind', 'v1/ConfigMap', '-o', 'json', '-');
    assert.deepEqual([code, error], [0, '']);
    const { items }: { items: { kind: string; data?: object }[] } = JSON.parse(out);
    assert.deepEqual(items.find(({ kind }) => kind === 'ConfigMap')?.data, { workload: 'web' });
    const never = await mooring(['render', '--topology-kind', 'v1/Secret', '-'], { input: text });
    assert.equal(never.code, 2);
    assert.match(never.error, /--topology-kind v1\/Secret: a topology must never render this kind/);
  });

  it('puts objects without a namespace into the namespace of -n', async () => {
    const { metadata: _, ...rest } = environment('team');
    const text = manifest({ ...rest, metadata: { name: 'primary' } }, profile('team'), deployment('team'));
    const { code, error } = await rendered(text, '-n', 'team', '-');
    assert.deepEqual([code, error], [0, '']);
  });
});
