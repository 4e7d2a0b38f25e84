import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../../../src/api/object.ts';
import { orphaningRuleNeverMatches as rule } from '../../../../src/domain/admission/rules/orphaning-rule-never-matches.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { renderedWork } from '../../../support/hub-objects.ts';
import { byop, environment } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

const option = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.deleteOption';
const list = `${option}.selectivelyOrphans.orphaningRules`;
const group = 'spectrocloud.com';

const deleteOption = (orphaningRules: JsonValue): JsonObject => {
  return { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules } };
};
const withOption = (given: JsonValue, placement = 'gpu') => {
  const topology = byop('hub', placement);
  const manifestWorkReplicaSet = { manifestWorkTemplate: { deleteOption: given } };
  return environment('team', {
    topology: { ...topology, properties: { ...topology.properties, manifestWorkReplicaSet } },
  });
};
const withRules = (...rules: JsonValue[]) => withOption(deleteOption(rules));
/** Facts with these rules in the render of another topology. */
const rendering = (...rules: JsonValue[]) => {
  const work = renderedWork({ deleteOption: deleteOption(rules) });
  return factsOf(
    { object: environment('team', { topology: { type: 'mine' } }) },
    { shape: { replicaSets: [work], placements: [] } },
  );
};

const cases: { given: JsonValue; field?: string; custom: boolean; why: string }[] = [
  { given: { resource: 'namespaces', name: 'shop' }, custom: false, why: 'it matches' },
  { given: { group: '', resource: 'namespaces', namespace: '', name: 'shop' }, custom: false, why: 'empty is absent' },
  {
    given: { group, resource: 'workloads', namespace: 'shop', name: 'web' },
    custom: false,
    why: 'it matches',
  },
  { given: { resource: 'Namespace', name: 'shop' }, field: 'resource', custom: true, why: 'H6: that is the kind' },
  { given: { resource: 'namespace', name: 'shop' }, field: 'resource', custom: true, why: 'the resource is plural' },
  {
    given: { resource: 'Namespaces', name: 'shop' },
    field: 'resource',
    custom: true,
    why: 'resources are in lower case',
  },
  { given: { resource: 'Workload', name: 'web' }, field: 'resource', custom: true, why: 'that is the kind' },
  {
    given: { resource: 'namespaces', namespace: 'shop', name: 'shop' },
    field: 'namespace',
    custom: true,
    why: 'H6: a Namespace is cluster-scoped',
  },
  {
    given: { group: 'v1', resource: 'namespaces', name: 'shop' },
    field: 'group',
    custom: true,
    why: 'the core group has no name',
  },
  {
    given: { group, resource: 'workloads', name: 'web' },
    field: 'namespace',
    custom: false,
    why: 'a Workload is namespaced; another topology may render other objects',
  },
  {
    given: { resource: 'workloads', namespace: 'shop', name: 'web' },
    field: 'group',
    custom: false,
    why: 'the ManifestWork contains no workloads of another group',
  },
  {
    given: { group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' },
    field: 'resource',
    custom: false,
    why: 'the ManifestWork contains none of these; another topology may render them',
  },
  {
    given: { group: 'apps', resource: 'Deployment', namespace: 'shop', name: 'web' },
    field: 'resource',
    custom: true,
    why: 'that is the kind',
  },
  { given: { name: 'shop' }, custom: false, why: 'CUE reports the missing resource' },
  { given: { resource: 7 }, custom: false, why: 'CUE reports the number' },
  { given: 'namespaces', custom: false, why: 'CUE reports the malformed rule' },
];

describe('OrphaningRuleNeverMatches', () => {
  for (const { given, field, custom, why } of cases) {
    it(`${field === undefined ? 'allows' : 'denies'} ${JSON.stringify(given)}: ${why}`, () => {
      const found = findingsOf(rule, factsOf({ object: withRules(given) }));
      assert.deepEqual(found, field === undefined ? [] : [{ path: `${list}[0].${field}` }]);
      assert.deepEqual(findingsOf(rule, rendering(given)), custom ? [{ path: 'spec.topology' }] : []);
    });
  }

  it('reports each rule with its path', () => {
    const object = withRules(
      { resource: 'namespaces', name: 'a' },
      'x',
      { resource: 'Namespace' },
      { resource: 'workload' },
    );
    assert.deepEqual(findingsOf(rule, factsOf({ object })), [
      { path: `${list}[2].resource` },
      { path: `${list}[3].resource` },
    ]);
  });

  it('says what to use instead', () => {
    const words = (resource: string) => messagesOf(rule, factsOf({ object: withRules({ resource }) }));
    assert.match(words('Namespace'), /namespaces$/);
    assert.match(words('workload'), /workloads$/);
    assert.doesNotMatch(words('Deployment'), /deployment$/, 'which would never match either');
    assert.match(
      messagesOf(rule, rendering({ resource: 'x' }, { resource: 'Namespace' })),
      /orphaningRules\[1\]\.resource/,
    );
  });

  it('reads any deleteOption', () => {
    for (const odd of ['x', { selectivelyOrphans: [] }, deleteOption('x'), deleteOption(null)]) {
      assert.deepEqual(findingsOf(rule, factsOf({ object: withOption(odd) })), []);
    }
  });

  it('does not report an unchanged topology, nor a deletion', () => {
    const oldObject = withRules({ resource: 'Namespace' });
    const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject })), []);
    assert.deepEqual(findingsOf(rule, factsOf({ oldObject })), []);
  });

  it('does not report an unchanged rule, whatever else changes in the topology', () => {
    const oldObject = withRules({ resource: 'Namespace' });
    const topology = oldObject.spec.topology;
    const properties = { ...topology.properties, placementRefs: [{ name: 'cpu' }] };
    const object = { ...oldObject, spec: { topology: { ...topology, properties } } };
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject })), []);
    assert.notDeepEqual(findingsOf(rule, factsOf({ object, oldObject: environment('team') })), []);
  });

  it('does not report another topology that was not rendered', () => {
    assert.deepEqual(findingsOf(rule, factsOf({ object: environment('team', { topology: { type: 'mine' } }) })), []);
  });

  const namespaces = { resource: 'namespaces', name: 'shop' };
  const workloads = { group, resource: 'workloads', namespace: 'shop', name: 'web' };
  const under = (policy: JsonValue | undefined, ...orphaningRules: JsonValue[]): JsonObject => ({
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    selectivelyOrphans: { orphaningRules },
  });
  const atPolicy = `${option}.propagationPolicy`;

  const policies: { policy?: JsonValue; rules: JsonValue[]; paths: string[]; why: string }[] = [
    { rules: [namespaces, workloads], paths: [atPolicy], why: 'without a policy it is Foreground' },
    { policy: 'Foreground', rules: [namespaces, workloads], paths: [atPolicy], why: 'OCM ignores rules then' },
    {
      policy: 'Foreground',
      rules: [{ resource: 'Namespace', name: 'shop' }],
      paths: [atPolicy, `${list}[0].resource`],
      why: 'all problems are reported at once',
    },
    { policy: 'Foreground', rules: [], paths: [], why: 'there are no rules' },
    { policy: 'SelectivelyOrphan', rules: [namespaces, workloads], paths: [], why: 'it matches' },
    { policy: 'Orphan', rules: [namespaces], paths: [], why: 'everything is kept' },
    { policy: 'Orphan', rules: [{ resource: 'Namespace' }], paths: [], why: 'everything is kept, whatever rules say' },
    { policy: 'foreground', rules: [namespaces], paths: [], why: 'CUE reports the unknown policy' },
    { policy: null, rules: [namespaces], paths: [], why: 'CUE reports null' },
  ];
  for (const { policy, rules, paths, why } of policies) {
    const what = `${rules.length} rules under ${policy === undefined ? 'no policy' : JSON.stringify(policy)}`;
    it(`${paths.length === 0 ? 'allows' : 'denies'} ${what}: ${why}`, () => {
      const found = findingsOf(rule, factsOf({ object: withOption(under(policy, ...rules)) }));
      assert.deepEqual(
        found,
        paths.map((path) => ({ path })),
      );
    });
  }

  it('finds nothing in a deleteOption without rules', () => {
    for (const bare of [{}, { propagationPolicy: 'Foreground' }, { selectivelyOrphans: {} }]) {
      assert.deepEqual(findingsOf(rule, factsOf({ object: withOption(bare) })), []);
    }
  });

  it('says which policy to set, and what the default is', () => {
    const words = (policy?: string) => messagesOf(rule, factsOf({ object: withOption(under(policy, namespaces)) }));
    assert.match(words('Foreground'), /^is Foreground, .*set SelectivelyOrphan/);
    assert.match(words(), /^defaults to Foreground, .*set SelectivelyOrphan/);
  });

  const edits: { why: string; from: JsonObject; to: JsonObject; paths: string[] }[] = [
    {
      why: 'rules that existed before',
      from: under(undefined, namespaces),
      to: under('Foreground', namespaces),
      paths: [],
    },
    {
      why: 'a rule that is added to ignored ones',
      from: under('Foreground', namespaces),
      to: under('Foreground', namespaces, workloads),
      paths: [atPolicy],
    },
    {
      why: 'a policy with which OCM ignores the rules',
      from: under('SelectivelyOrphan', namespaces),
      to: under('Foreground', namespaces),
      paths: [atPolicy],
    },
    {
      why: 'a policy with which OCM reads a wrong rule',
      from: under('Orphan', { resource: 'Namespace' }),
      to: under('SelectivelyOrphan', { resource: 'Namespace' }),
      paths: [`${list}[0].resource`],
    },
  ];
  for (const { why, from, to, paths } of edits) {
    it(`${paths.length === 0 ? 'allows' : 'denies'} ${why}`, () => {
      const facts = factsOf({ object: withOption(to, 'cpu'), oldObject: withOption(from) });
      assert.deepEqual(
        findingsOf(rule, facts),
        paths.map((path) => ({ path })),
      );
    });
  }

  it('does not check the policy of another topology, whose author may render unused rules', () => {
    const rendered = (policy: string, resource: string) => {
      const work = renderedWork({ deleteOption: under(policy, { resource, name: 'shop' }) });
      const object = environment('team', { topology: { type: 'mine' } });
      return findingsOf(rule, factsOf({ object }, { shape: { replicaSets: [work], placements: [] } }));
    };
    assert.deepEqual(rendered('Foreground', 'namespaces'), []);
    assert.deepEqual(rendered('Foreground', 'Namespace'), [{ path: 'spec.topology' }]);
    assert.deepEqual(rendered('Orphan', 'Namespace'), []);
  });
});
