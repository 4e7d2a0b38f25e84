import assert from 'node:assert/strict';
import type { JsonValue, KubeObject } from '../../../../src/api/object.ts';
import { invalidSpec } from '../../../../src/domain/admission/rules/invalid-spec.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

const sound = environment('team');
const policies = (...given: JsonValue[]) => ({ ...sound, spec: { ...sound.spec, policies: given } });
const override = { name: 'small', type: 'override', properties: { components: [{ name: 'ui', properties: {} }] } };
const topology = (given: JsonValue) => ({ ...sound, spec: { topology: given } });
const components = (...given: JsonValue[]) => ({ ...profile('team'), spec: { workload: { components: given } } });
const version = (text: JsonValue) => ({ ...sound, spec: { ...sound.spec, version: text } });

const cases: { what: string; object: object; paths: string[]; why: string }[] = [
  { what: 'a valid Environment', object: sound, paths: [], why: 'it is valid' },
  { what: 'no spec', object: { ...sound, spec: undefined }, paths: ['spec'], why: 'the schema requires it' },
  { what: 'a spec that is a string', object: { ...sound, spec: 'x' }, paths: ['spec'], why: 'of another type' },
  { what: 'an empty spec', object: { ...sound, spec: {} }, paths: ['spec.topology'], why: 'the topology is required' },
  {
    what: 'two errors',
    object: { ...sound, spec: { version: 'v1', topology: {} } },
    paths: ['spec.version', 'spec.topology.type'],
    why: 'all are reported at once',
  },
  { what: 'a topology without a type', object: topology({}), paths: ['spec.topology.type'], why: 'required' },
  {
    what: 'a pinned built-in',
    object: topology({ type: 'topology-ocm@v1' }),
    paths: ['spec.topology.type'],
    why: 'built-ins have no revisions',
  },
  {
    what: 'a type that is not a ref',
    object: topology({ type: 'mine@1' }),
    paths: ['spec.topology.type'],
    why: 'the ref cannot be parsed',
  },
  {
    what: 'a custom type',
    object: topology({ type: 'mine@v1.3' }),
    paths: [],
    why: 'this rule checks only its grammar',
  },
  {
    what: 'properties that are a list',
    object: topology({ type: 'mine', properties: [] }),
    paths: ['spec.topology.properties'],
    why: 'they must be an object',
  },
  ...['1.3', 'v1.3.6', '1.3.6+b', '1.3.06', '1.3.6\n', ' 1.3.6', '', 'latest', '１.0.0'].map((text) => ({
    what: `version ${JSON.stringify(text)}`,
    object: version(text),
    paths: ['spec.version'],
    why: 'it is not strict semver',
  })),
  ...['0.0.0', '1.3.6', '2.0.0-rc.1', '1.0.0-x-y'].map((text) => ({
    what: `version ${text}`,
    object: version(text),
    paths: [],
    why: 'strict semver',
  })),
  {
    what: 'a version that is a number',
    object: version(1.3),
    paths: ['spec.version'],
    why: 'YAML reads 1.3 as a number',
  },
  { what: 'an override', object: policies(override), paths: [], why: 'the type is known' },
  {
    what: 'an empty override',
    object: policies({ name: 'small', type: 'override' }),
    paths: [],
    why: 'another rule reports that it changes nothing',
  },
  {
    what: 'a very long policy type',
    object: policies({ ...override, type: 'x'.repeat(100) }),
    paths: ['spec.policies[0].type'],
    why: 'the message quotes only the beginning',
  },
  {
    what: 'a Workload without components',
    object: { ...profile('team'), kind: 'Workload', spec: {} },
    paths: ['spec.components'],
    why: 'only the schema applies to kinds that users do not write',
  },
  {
    what: 'an unknown policy type',
    object: policies({ ...override, type: 'overide' }),
    paths: ['spec.policies[0].type'],
    why: 'only override is known',
  },
  {
    what: 'a topology policy of KubeVela',
    object: policies({ name: 'clusters', type: 'topology', properties: { clusters: ['a'] } }),
    paths: ['spec.policies[0].type'],
    why: 'spec.topology selects clusters',
  },
  {
    what: 'two policies with the same name',
    object: policies(override, override),
    paths: ['spec.policies[1].name'],
    why: 'names must be unique',
  },
  {
    what: 'an override with an unknown field',
    object: policies({ ...override, properties: { component: [] } }),
    paths: ['spec.policies[0].properties.component'],
    why: 'its shape is checked',
  },
  {
    what: 'a policy that is a string',
    object: policies('override'),
    paths: ['spec.policies[0]'],
    why: 'of another type',
  },
  { what: 'a valid profile', object: profile('team'), paths: [], why: 'it is valid' },
  {
    what: 'two components with the same name',
    object: components({ name: 'ui', type: 'a' }, { name: 'ui', type: 'b' }),
    paths: ['spec.workload.components[1].name'],
    why: 'overrides refer to components by name',
  },
  {
    what: 'no components',
    object: components(),
    paths: ['spec.workload.components'],
    why: 'a workload needs components',
  },
  {
    what: 'components named constructor and __proto__',
    object: components({ name: 'constructor', type: 'a' }, { name: '__proto__', type: 'a' }),
    paths: [],
    why: 'these are valid names',
  },
  { what: 'a valid deployment', object: deployment('team'), paths: [], why: 'it is valid' },
  {
    what: 'a ref that cannot be parsed',
    object: deployment('team', { environmentRef: 'primary@1' }),
    paths: ['spec.environmentRef.name'],
    why: 'the ref cannot be parsed',
  },
  {
    what: 'a name of a namespace in upper case',
    object: deployment('team', { spokeNamespace: 'Web' }),
    paths: ['spec.workload.namespace'],
    why: 'namespaces are in lower case',
  },
];

describe('InvalidSpec', () => {
  for (const { what, object, paths, why } of cases) {
    it(`finds ${paths.length === 0 ? 'nothing' : paths.join(' and ')} in ${what}: ${why}`, () => {
      const found = findingsOf(invalidSpec, factsOf({ object: object as KubeObject }));
      assert.deepEqual([...new Set(found.map(({ path }) => path))].toSorted(), paths.toSorted());
    });
  }

  it('reports the problems that CUE finds, with the full path', () => {
    const problems = [{ path: ['placement', 'predicates', '0', 'x'], message: 'field not allowed' }];
    const found = findingsOf(invalidSpec, factsOf({ object: sound }, { topology: { state: 'checked', problems } }));
    assert.deepEqual(found, [{ path: 'spec.topology.properties.placement.predicates[0].x' }]);
  });

  it('reports the problems that CUE finds in a template', () => {
    const object = {
      apiVersion: 'spectrocloud.com/v1beta1',
      kind: 'PolicyDefinition',
      metadata: { name: 'mine', namespace: 'mural-system' },
      spec: { schematic: { cue: { template: 'output: {' } } },
    };
    const found = findingsOf(invalidSpec, factsOf({ object }, { templateProblems: ['expected }'] }));
    assert.deepEqual(found, [{ path: 'spec.schematic.cue.template' }]);
  });

  it('does not report an unchanged spec', () => {
    const broken = topology({ type: 'mine@1' });
    const object = { ...broken, metadata: { ...broken.metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(invalidSpec, factsOf({ object, oldObject: broken })), []);
  });

  const acknowledge = 'spectrocloud.com/acknowledge';
  const path = `metadata.annotations[${acknowledge}]`;
  const saying = (text: string) => environment('team', { annotations: { [acknowledge]: text } });
  const long = Array.from({ length: 60 }, () => 'NamespaceWouldBeDeleted').join(',');
  const acknowledgements: { text: string; found: number; why: string }[] = [
    { text: 'NamespaceWouldBeDeleted', found: 0, why: 'a rule that can be acknowledged' },
    { text: 'NamespaceWouldBeDeleted, WorkloadsWouldMove', found: 0, why: 'two of them' },
    { text: '', found: 0, why: 'it contains no code' },
    { text: 'namespaceWouldBeDeleted', found: 1, why: 'codes are case-sensitive' },
    { text: 'NamespaceWouldBeDeletd', found: 1, why: 'a typo would acknowledge nothing' },
    {
      text: 'InvalidSpec,NotYetRecorded,RevisionIsImmutable,NotAllowed',
      found: 1,
      why: 'none of these can be acknowledged',
    },
    { text: 'NamespaceWouldBeDeleted,*', found: 1, why: 'there is no wildcard' },
    { text: long, found: 1, why: 'it is longer than the status allows' },
  ];
  for (const { text, found, why } of acknowledgements) {
    it(`finds ${found === 0 ? 'nothing' : found} in the acknowledgement ${text.slice(0, 60)}: ${why}`, () => {
      const facts = factsOf({ object: saying(text) });
      assert.deepEqual(
        findingsOf(invalidSpec, facts),
        Array.from({ length: found }, () => ({ path })),
      );
    });
  }

  it('checks a changed acknowledgement even if nothing else changes', () => {
    const facts = factsOf({ object: saying('Nonsense'), oldObject: saying('InUse') });
    assert.deepEqual(findingsOf(invalidSpec, facts), [{ path }]);
    const old = factsOf({ object: saying('Nonsense'), oldObject: saying('Nonsense') });
    assert.deepEqual(findingsOf(invalidSpec, old), []);
  });

  it('suggests a similar code, or lists all codes', () => {
    const words = (text: string) => messagesOf(invalidSpec, factsOf({ object: saying(text) }));
    assert.match(words('NamespaceWouldBeDeletd'), /NamespaceWouldBeDeleted/);
    assert.match(words('x'), /InUse.*WorkloadsWouldMove/);
    assert.doesNotMatch(words('x'), /NotAllowed/);
  });

  it('finds every repeated name of 20,000 components in time that grows with their number', () => {
    const many = components(
      ...Array.from({ length: 20_000 }, (_, index) => ({ name: `n${index % 19_999}`, type: 'a' })),
    );
    const started = performance.now();
    const found = findingsOf(invalidSpec, factsOf({ object: many }));
    assert.deepEqual(
      found.map((finding) => finding.path),
      ['spec.workload.components', 'spec.workload.components[19999].name'],
    );
    assert.ok(performance.now() - started < 2000, 'comparing each name with all others takes longer');
  });

  it('counts the patches of all policies, because a profile has at least one component', () => {
    const full = { ...override, properties: { components: Array.from({ length: 128 }, () => ({ name: 'ui' })) } };
    const named = (length: number) => Array.from({ length }, (_, index) => ({ ...full, name: `p${index}` }));
    assert.deepEqual(findingsOf(invalidSpec, factsOf({ object: policies(...named(32)) })), []);
    assert.deepEqual(findingsOf(invalidSpec, factsOf({ object: policies(...named(33)) })), [{ path: 'spec.policies' }]);
  });
});
