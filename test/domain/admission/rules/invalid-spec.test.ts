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
  { what: 'a sound Environment', object: sound, paths: [], why: 'nothing is wrong' },
  { what: 'no spec', object: { ...sound, spec: undefined }, paths: ['spec'], why: 'the schema wants one' },
  { what: 'a spec that is a text', object: { ...sound, spec: 'x' }, paths: ['spec'], why: 'of another type' },
  { what: 'an empty spec', object: { ...sound, spec: {} }, paths: ['spec.topology'], why: 'the topology is required' },
  {
    what: 'two mistakes',
    object: { ...sound, spec: { version: 'v1', topology: {} } },
    paths: ['spec.version', 'spec.topology.type'],
    why: 'all are found at once',
  },
  { what: 'a topology without a type', object: topology({}), paths: ['spec.topology.type'], why: 'required' },
  {
    what: 'a pinned built-in',
    object: topology({ type: 'topology-ocm@v1' }),
    paths: ['spec.topology.type'],
    why: 'built-ins have no revisions',
  },
  {
    what: 'a type that is no ref',
    object: topology({ type: 'mine@1' }),
    paths: ['spec.topology.type'],
    why: 'grammar',
  },
  {
    what: 'a custom type',
    object: topology({ type: 'mine@v1.3' }),
    paths: [],
    why: 'the grammar is all that this rule knows of it',
  },
  {
    what: 'properties that are a list',
    object: topology({ type: 'mine', properties: [] }),
    paths: ['spec.topology.properties'],
    why: 'free-form, but an object',
  },
  ...['1.3', 'v1.3.6', '1.3.6+b', '1.3.06', '1.3.6\n', ' 1.3.6', '', 'latest', '１.0.0'].map((text) => ({
    what: `version ${JSON.stringify(text)}`,
    object: version(text),
    paths: ['spec.version'],
    why: 'no strict semver',
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
  { what: 'an override', object: policies(override), paths: [], why: 'the policy that is known' },
  {
    what: 'an override that says nothing',
    object: policies({ name: 'small', type: 'override' }),
    paths: [],
    why: 'that it changes nothing is for another rule to say',
  },
  {
    what: 'a policy type of many characters',
    object: policies({ ...override, type: 'x'.repeat(100) }),
    paths: ['spec.policies[0].type'],
    why: 'the message repeats the beginning only',
  },
  {
    what: 'a Workload without components',
    object: { ...profile('team'), kind: 'Workload', spec: {} },
    paths: ['spec.components'],
    why: 'of a kind that users do not write, the schema is all that is known',
  },
  {
    what: 'an unknown policy type',
    object: policies({ ...override, type: 'overide' }),
    paths: ['spec.policies[0].type'],
    why: 'only override is known',
  },
  {
    what: 'two policies of one name',
    object: policies(override, override),
    paths: ['spec.policies[1].name'],
    why: 'names tell them apart',
  },
  {
    what: 'an override with an unknown field',
    object: policies({ ...override, properties: { component: [] } }),
    paths: ['spec.policies[0].properties.component'],
    why: 'its shape is checked',
  },
  {
    what: 'a policy that is a text',
    object: policies('override'),
    paths: ['spec.policies[0]'],
    why: 'of another type',
  },
  { what: 'a sound profile', object: profile('team'), paths: [], why: 'nothing is wrong' },
  {
    what: 'two components of one name',
    object: components({ name: 'ui', type: 'a' }, { name: 'ui', type: 'b' }),
    paths: ['spec.workload.components[1].name'],
    why: 'overrides tell them apart by it',
  },
  { what: 'no components', object: components(), paths: ['spec.workload.components'], why: 'a workload is something' },
  {
    what: 'components called constructor and __proto__',
    object: components({ name: 'constructor', type: 'a' }, { name: '__proto__', type: 'a' }),
    paths: [],
    why: 'just names',
  },
  { what: 'a sound deployment', object: deployment('team'), paths: [], why: 'nothing is wrong' },
  {
    what: 'a ref that is none',
    object: deployment('team', { environmentRef: 'primary@1' }),
    paths: ['spec.environmentRef.name'],
    why: 'grammar',
  },
  {
    what: 'a name of a namespace in upper case',
    object: deployment('team', { spokeNamespace: 'Web' }),
    paths: ['spec.workload.namespace'],
    why: 'no namespace is called so',
  },
];

describe('InvalidSpec', () => {
  for (const { what, object, paths, why } of cases) {
    it(`finds ${paths.length === 0 ? 'nothing' : paths.join(' and ')} in ${what}: ${why}`, () => {
      const found = findingsOf(invalidSpec, factsOf({ object: object as KubeObject }));
      assert.deepEqual([...new Set(found.map(({ path }) => path))].toSorted(), paths.toSorted());
    });
  }

  it('repeats what CUE says, with the whole path', () => {
    const problems = [{ path: ['placement', 'predicates', '0', 'x'], message: 'field not allowed' }];
    const found = findingsOf(invalidSpec, factsOf({ object: sound }, { topology: { state: 'checked', problems } }));
    assert.deepEqual(found, [{ path: 'spec.topology.properties.placement.predicates[0].x' }]);
  });

  it('repeats what CUE says of a template', () => {
    const object = {
      apiVersion: 'spectrocloud.com/v1beta1',
      kind: 'PolicyDefinition',
      metadata: { name: 'mine', namespace: 'mural-system' },
      spec: { schematic: { cue: { template: 'output: {' } } },
    };
    const found = findingsOf(invalidSpec, factsOf({ object }, { templateProblems: ['expected }'] }));
    assert.deepEqual(found, [{ path: 'spec.schematic.cue.template' }]);
  });

  it('says nothing about what the request leaves as it is', () => {
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
    { text: '', found: 0, why: 'it names no rule' },
    { text: 'namespaceWouldBeDeleted', found: 1, why: 'codes are written as they are' },
    { text: 'NamespaceWouldBeDeletd', found: 1, why: 'a typo would acknowledge nothing' },
    {
      text: 'InvalidSpec,NotYetRecorded,RevisionIsImmutable,NotAllowed',
      found: 1,
      why: 'none of these can be acknowledged',
    },
    { text: 'NamespaceWouldBeDeleted,*', found: 1, why: 'there is no wildcard' },
    { text: long, found: 1, why: 'it is longer than the status has room for' },
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

  it('looks at an acknowledgement that changes, whatever else does not', () => {
    const facts = factsOf({ object: saying('Nonsense'), oldObject: saying('InUse') });
    assert.deepEqual(findingsOf(invalidSpec, facts), [{ path }]);
    const old = factsOf({ object: saying('Nonsense'), oldObject: saying('Nonsense') });
    assert.deepEqual(findingsOf(invalidSpec, old), []);
  });

  it('helps with a code that is nearly one, and lists them all for one that is not', () => {
    const words = (text: string) => messagesOf(invalidSpec, factsOf({ object: saying(text) }));
    assert.match(words('NamespaceWouldBeDeletd'), /NamespaceWouldBeDeleted/);
    assert.match(words('x'), /InUse.*WorkloadsWouldMove/);
    assert.doesNotMatch(words('x'), /NotAllowed/);
  });

  it('counts bytes and not characters', () => {
    const filled = (length: number, filler: string) => ({
      ...sound,
      spec: { topology: { type: 'mine', properties: { text: filler.repeat(length) } } },
    });
    assert.deepEqual(findingsOf(invalidSpec, factsOf({ object: filled(1000 * 1024, 'a') })), []);
    assert.deepEqual(findingsOf(invalidSpec, factsOf({ object: filled(1024 * 1024, 'a') })), [{ path: '' }]);
    assert.deepEqual(findingsOf(invalidSpec, factsOf({ object: filled(400 * 1024, '界') })), [{ path: '' }]);
  });
});
