import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../src/api/object.ts';
import { apply, eventually, createNamespace, kubectlOk, type CommandResult } from '../support/hub.ts';
import { profile } from '../support/manifests.ts';

/** An object that must be denied, and patterns of the message. */
interface Refused {
  title: string;
  kind: string;
  spec: JsonObject;
  says: RegExp[];
}

const ocm = (properties: JsonObject): JsonObject => ({ topology: { type: 'topology-ocm', properties } });
const work = (template: JsonObject): JsonObject => ({ manifestWorkReplicaSet: { manifestWorkTemplate: template } });
const override = (properties: JsonValue): JsonObject => ({
  topology: { type: 'topology-ocm' },
  policies: [{ name: 'small', type: 'override', properties }],
});

const environments: Omit<Refused, 'kind'>[] = [
  {
    title: 'an unknown property of a topology',
    spec: ocm({ placement: { clusterSet: ['global'] } }),
    says: [/spec\.topology\.properties\.placement\.clusterSet: .*did you mean "?clusterSets/],
  },
  {
    title: 'a string instead of a number',
    spec: ocm({ placement: { numberOfClusters: '3' } }),
    says: [/spec\.topology\.properties\.placement\.numberOfClusters: must be an integer.*not the string "3"/],
  },
  {
    title: 'a number below the minimum',
    spec: ocm({ placement: { numberOfClusters: 0 } }),
    says: [/spec\.topology\.properties\.placement\.numberOfClusters: .*>=1/],
  },
  {
    title: 'a misspelt topology',
    spec: { topology: { type: 'topolgy-ocm' } },
    says: [/spec\.topology\.type: .*"topolgy-ocm"; did you mean "?topology-ocm"?\? \(UnknownTopology\)/],
  },
  {
    title: 'a revision of a built-in topology',
    spec: { topology: { type: 'topology-ocm@v1' } },
    says: [/spec\.topology\.type: "topology-ocm@v1".*built in/],
  },
  { title: 'a list of topologies', spec: { topology: ['topology-ocm'] }, says: [/spec\.topology: must be an object/] },
  { title: 'a missing topology', spec: {}, says: [/spec\.topology: is required/] },
  {
    title: 'an unknown policy type',
    spec: { topology: { type: 'topology-ocm' }, policies: [{ name: 'a', type: 'overide', properties: {} }] },
    says: [/spec\.policies\[0\]\.type: unknown policy type "overide"; did you mean "override"\?; known: override/],
  },
  {
    title: 'two policies with one name',
    spec: { topology: { type: 'topology-ocm' }, policies: ['a', 'a'].map((name) => ({ name, type: 'override' })) },
    says: [/spec\.policies\[1\]\.name: /],
  },
  {
    title: 'an unknown field of an override',
    spec: override({ components: [{ name: 'ui', propertes: {} }] }),
    says: [/spec\.policies\[0\]\.properties\.components\[0\]\.propertes: .*did you mean "properties"/],
  },
  {
    title: 'a selector that is not a list',
    spec: override({ selector: 'ui' }),
    says: [/spec\.policies\[0\]\.properties\.selector: must be a list/],
  },
  {
    title: 'a trait without a type',
    spec: override({ components: [{ name: 'ui', traits: [{ disable: true }] }] }),
    says: [/spec\.policies\[0\]\.properties\.components\[0\]\.traits\[0\]\.type: is required/],
  },
  {
    title: 'a removal that is not a JSON Pointer',
    spec: override({ components: [{ name: 'ui', remove: ['env'] }] }),
    says: [/spec\.policies\[0\]\.properties\.components\[0\]\.remove\[0\]: must be a JSON Pointer/],
  },
  {
    title: 'lifecycle on byop',
    spec: {
      topology: {
        type: 'topology-ocm-byop',
        properties: { placementRefs: [{ name: 'a' }], ...work({ lifecycle: { workload: { orphan: true } } }) },
      },
    },
    says: [
      /spec\.topology\.properties\.manifestWorkReplicaSet\.manifestWorkTemplate\.lifecycle: .*LifecycleNotSupported/,
    ],
  },
  {
    title: 'deleteOption on topology-ocm',
    spec: ocm(work({ deleteOption: { propagationPolicy: 'Orphan' } })),
    says: [/properties\.manifestWorkReplicaSet\.manifestWorkTemplate\.deleteOption: .*LifecycleNotSupported/],
  },
  ...['v1.3', '1.3', '1.3.6+build', '01.3.6', '1.3.6 ', ''].map((version) => ({
    title: `version ${JSON.stringify(version)}`,
    spec: { version, topology: { type: 'topology-ocm' } },
    says: [/spec\.version: must be a version x\.y\.z/],
  })),
];

const refs: [string, string, RegExp][] = [
  ['primary@', 'nothing stands behind the @', /has no v after @/],
  ['primary@v', 'no revision', /no revision/],
  ['@v1', 'no name', /no name/],
  ['a@v1@v2', 'two revisions', /more than one @/],
  ['primary@v01', 'a leading zero', /"01"/],
  ['primary@v0', 'revisions count from 1', /from 1/],
  ['primary@V1', 'an upper case V', /has no v after @/],
  ['primary @v1', 'a space', /"primary "/],
  ['primary@v1\n', 'a newline at the end', /InvalidSpec/],
  ['primary@v9007199254740992', '2^53 is not exact', /InvalidSpec/],
  [`primary@v${'1'.repeat(300)}`, 'longer than any ref', /309 characters/],
  ['primary@^1', 'a range of npm', /has no v after @/],
  ['primary@latest', 'a tag of an image', /has no v after @/],
  ['primary@v1.3.6+b', 'build metadata', /build metadata/],
  ['primary@v1.x', 'a wildcard', /InvalidSpec/],
  ['primary@v\uff11', 'a full-width digit', /InvalidSpec/],
  ['../x', 'a path', /not a name/],
  ['', 'an empty string', /no name/],
];

describe('bad input', function () {
  this.timeout(60_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('bad');
  });

  after(() => kubectlOk(['delete', 'namespace', namespace, '--wait=false']));

  const manifestOf = (kind: string, spec: JsonObject, name = 'bad') =>
    JSON.stringify({ apiVersion: 'spectrocloud.com/v1beta1', kind, metadata: { namespace, name }, spec });

  for (const { title, spec, says } of environments) {
    it(`is denied with its path: ${title}`, async () => {
      assertRefused(await apply(manifestOf('Environment', spec)), says);
    });
  }

  describe('in refs', () => {
    let lines: string[];

    before(async () => {
      const manifests = refs.map(([ref], index) => {
        const workload = { name: 'web', namespace };
        const spec = { workload, environmentRef: { name: ref }, workloadProfileRef: { name: ref } };
        return manifestOf('WorkloadDeployment', spec, `ref-${index}`);
      });
      const { code, stdout, stderr } = await apply(manifests.join('\n---\n'));
      assert.deepEqual([code, stdout], [1, ''], stderr);
      lines = stderr.split('\n').map((line) => line.slice(line.indexOf('spec.')));
    });

    for (const [ref, why, says] of refs) {
      it(`is denied with its path: ${JSON.stringify(ref.slice(0, 30))} (${why})`, () => {
        // Messages contain only the beginning of a long ref.
        const quoted = ref.length > 30 ? JSON.stringify(ref.slice(0, 30)).slice(0, -1) : JSON.stringify(ref);
        for (const field of ['environmentRef', 'workloadProfileRef']) {
          const line = lines.find((candidate) => candidate.startsWith(`spec.${field}.name: ${quoted}`));
          assert.match(line ?? 'no line', says);
        }
      });
    }
  });

  it('is denied with all problems at once, one per path', async () => {
    const spec = {
      version: 'v1',
      topology: {
        type: 'topology-ocm',
        properties: {
          hubNamespce: 'x',
          placement: { numberOfClusters: '3' },
          ...work({ lifecycle: { spokeNamespace: { crate: true } }, deleteOption: {} }),
        },
      },
      policies: [
        { name: 'a', type: 'patch', properties: {} },
        { name: 'b', type: 'override', properties: { selector: 1 } },
      ],
    };
    const { code, stderr } = await apply(manifestOf('Environment', spec));
    assert.equal(code, 1);
    const paths = stderr
      .split('\n')
      .filter((line) => line.startsWith('* '))
      .map((line) => line.slice(2, line.indexOf(': ')));
    assert.deepEqual(paths.toSorted(), [
      'spec.policies[0].type',
      'spec.policies[1].properties.selector',
      'spec.topology.properties.hubNamespce',
      'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.deleteOption',
      'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.lifecycle.spokeNamespace.crate',
      'spec.topology.properties.placement.numberOfClusters',
      'spec.version',
    ]);
  });

  it('is denied by the strict decoding of kubectl if the schema does not contain a field', async () => {
    const spec = { topology: { type: 'topology-ocm', propertis: {} }, polices: [] };
    const ran = await apply(manifestOf('Environment', spec));
    assertRefused(ran, [/unknown field "spec\.polices"/, /unknown field "spec\.topology\.propertis"/]);
  });

  it('is denied if an object is too large to be recorded', async () => {
    const web = profile(namespace, 'large');
    const components = [{ name: 'ui', type: 'webservice', properties: { text: 'x'.repeat(1024 * 1024) } }];
    const large = JSON.stringify({ ...web, spec: { workload: { components } } });
    // Client-side apply adds a copy of the object, which is refused by its size before the annotation is read.
    assertRefused(await apply(large), [/the object has 2049 KiB; at most 1024 KiB/]);
    assertRefused(await apply(large, '--server-side'), [/the object has 1025 KiB; at most 1024 KiB/]);
  });

  it('is denied if an object is nested too deep, and admitted with one level less', async () => {
    const nested = (levels: number): JsonObject => (levels === 0 ? {} : { a: nested(levels - 1) });
    const spec = (levels: number) => ({
      workload: { components: [{ name: 'ui', type: 'webservice', properties: nested(levels) }] },
    });
    assertRefused(await apply(manifestOf('WorkloadProfile', spec(250))), [/nested deeper than 200 levels/]);
    const { code, stderr } = await apply(manifestOf('WorkloadProfile', spec(150), 'deep'));
    assert.deepEqual([code, stderr], [0, '']);
    await kubectlOk(['delete', 'workloadprofile', 'deep', '-n', namespace]);
  });

  it('leaves no object behind', async () => {
    const kinds = 'environments,workloadprofiles,workloaddeployments,definitionrevisions';
    const left = () => kubectlOk(['get', kinds, '-n', namespace, '-o', 'name']);
    // The revision of the object that the previous test deleted may still be terminating.
    await eventually('all objects are deleted', async () => (await left()) === '');
  });

  it('does not change the stored object when an edit is denied', async () => {
    const good = ocm({ placement: { numberOfClusters: 1 } });
    await kubectlOk(['apply', '-f', '-'], { input: manifestOf('Environment', good, 'kept') });
    const before = await spec();
    const denied = await apply(manifestOf('Environment', ocm({ placement: { numberOfClusters: 'x' } }), 'kept'));
    assertRefused(denied, [/numberOfClusters/]);
    assert.equal(await spec(), before);
    await kubectlOk(['delete', 'environment', 'kept', '-n', namespace]);

    function spec(): Promise<string> {
      const path = 'jsonpath={.metadata.annotations.spectrocloud\\.com/revision} {.spec}';
      return kubectlOk(['get', 'environment', 'kept', '-n', namespace, '-o', path]);
    }
  });
});

/** Asserts a denial. Each line of the message must contain all problems of one path. */
function assertRefused({ code, stdout, stderr }: CommandResult, says: RegExp[]): void {
  assert.deepEqual([code, stdout], [1, ''], stderr);
  for (const pattern of says) assert.match(stderr, pattern);
  const lines = stderr.trimEnd().split('\n');
  const empty = lines.filter((line) => line.trim() === '' || line.endsWith('…'));
  assert.deepEqual(empty, []);
  assert.equal(new Set(lines).size, lines.length, 'no line is repeated');
}
