import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../../src/api/object.ts';
import { orphaningRuleNeverMatches as rule } from '../../../src/domain/rules/orphaning-rule-never-matches.ts';
import { factsOf, findingsOf } from '../../support/facts.ts';
import { renderedWork } from '../../support/hub-objects.ts';
import { byop, environment } from '../../support/manifests.ts';
import { wordsOf } from '../../support/transitions.ts';

const list =
  'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.deleteOption.selectivelyOrphans.orphaningRules';
const group = 'spectrocloud.com';

const deleteOption = (orphaningRules: JsonValue): JsonObject => {
  return { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules } };
};
const withRules = (...rules: JsonValue[]) => {
  const topology = byop('hub', 'gpu');
  const manifestWorkReplicaSet = { manifestWorkTemplate: { deleteOption: deleteOption(rules) } };
  return environment('team', {
    topology: { ...topology, properties: { ...topology.properties, manifestWorkReplicaSet } },
  });
};
/** The rules in the render of another topology. */
const rendering = (...rules: JsonValue[]) => {
  const work = renderedWork({ deleteOption: deleteOption(rules) });
  return factsOf(
    { object: environment('team', { topology: { type: 'mine' } }) },
    { shape: { works: [work], placements: [] } },
  );
};

const cases: { given: JsonValue; field?: string; custom: boolean; why: string }[] = [
  { given: { resource: 'namespaces', name: 'shop' }, custom: false, why: 'that is how it is written' },
  { given: { group: '', resource: 'namespaces', namespace: '', name: 'shop' }, custom: false, why: 'empty is absent' },
  {
    given: { group, resource: 'workloads', namespace: 'shop', name: 'web' },
    custom: false,
    why: 'that is how it is written',
  },
  { given: { resource: 'Namespace', name: 'shop' }, field: 'resource', custom: true, why: 'H6: that is the kind' },
  { given: { resource: 'namespace', name: 'shop' }, field: 'resource', custom: true, why: 'one letter is missing' },
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
    why: 'H6: a Namespace is in none',
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
    why: 'a Workload is in one; another topology may make what it likes',
  },
  {
    given: { resource: 'workloads', namespace: 'shop', name: 'web' },
    field: 'group',
    custom: false,
    why: 'of another group there is none in the work',
  },
  {
    given: { group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' },
    field: 'resource',
    custom: false,
    why: 'of these there are none in the work; another topology may make them',
  },
  {
    given: { group: 'apps', resource: 'Deployment', namespace: 'shop', name: 'web' },
    field: 'resource',
    custom: true,
    why: 'that is the kind',
  },
  { given: { name: 'shop' }, custom: false, why: 'that the resource is missing is for CUE to say' },
  { given: { resource: 7 }, custom: false, why: 'that it is a number is for CUE to say' },
  { given: 'namespaces', custom: false, why: 'that it is no rule is for CUE to say' },
];

describe('OrphaningRuleNeverMatches', () => {
  for (const { given, field, custom, why } of cases) {
    it(`${field === undefined ? 'lets' : 'refuses'} ${JSON.stringify(given)}: ${why}`, () => {
      const found = findingsOf(rule, factsOf({ object: withRules(given) }));
      assert.deepEqual(found, field === undefined ? [] : [{ path: `${list}[0].${field}` }]);
      assert.deepEqual(findingsOf(rule, rendering(given)), custom ? [{ path: 'spec.topology' }] : []);
    });
  }

  it('finds each one, by its place', () => {
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

  it('says what is to be written', () => {
    const words = (resource: string) => wordsOf(rule, factsOf({ object: withRules({ resource }) }));
    assert.match(words('Namespace'), /namespaces$/);
    assert.match(words('workload'), /workloads$/);
    assert.doesNotMatch(words('Deployment'), /deployment$/, 'which would never match either');
    assert.match(
      wordsOf(rule, rendering({ resource: 'x' }, { resource: 'Namespace' })),
      /orphaningRules\[1\]\.resource/,
    );
  });

  it('reads any deleteOption', () => {
    for (const odd of ['x', { selectivelyOrphans: [] }, deleteOption('x'), deleteOption(null)]) {
      const topology = byop('hub', 'gpu');
      const properties = {
        ...topology.properties,
        manifestWorkReplicaSet: { manifestWorkTemplate: { deleteOption: odd } },
      };
      const object = environment('team', { topology: { ...topology, properties } });
      assert.deepEqual(findingsOf(rule, factsOf({ object })), []);
    }
  });

  it('says nothing about what the request leaves as it is, nor about a deletion', () => {
    const oldObject = withRules({ resource: 'Namespace' });
    const object = { ...oldObject, metadata: { ...oldObject.metadata, labels: { a: 'b' } } };
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject })), []);
    assert.deepEqual(findingsOf(rule, factsOf({ oldObject })), []);
  });

  it('says nothing about a rule that was there before, whatever else of the topology changes', () => {
    const oldObject = withRules({ resource: 'Namespace' });
    const topology = oldObject.spec.topology;
    const properties = { ...topology.properties, placementRefs: [{ name: 'cpu' }] };
    const object = { ...oldObject, spec: { topology: { ...topology, properties } } };
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject })), []);
    assert.notDeepEqual(findingsOf(rule, factsOf({ object, oldObject: environment('team') })), []);
  });

  it('says nothing about another topology that was not rendered', () => {
    assert.deepEqual(findingsOf(rule, factsOf({ object: environment('team', { topology: { type: 'mine' } }) })), []);
  });
});
