import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { declaredLifecycle, lifecyclePath } from '../../../src/domain/spoke/declared-lifecycle.ts';
import { withDefaults } from '../../../src/domain/spoke/admission-defaults.ts';
import { factsOf, requestObject } from '../../support/facts.ts';
import { byop, environment } from '../../support/manifests.ts';
import { topologyOf, child } from '../../../src/domain/json/fields.ts';

const declaredIn = (object: KubeObject, oldObject?: KubeObject) =>
  declaredLifecycle(factsOf(oldObject === undefined ? { object } : { object, oldObject }).request);

const cases: { lifecycle: JsonObject; declared: [create: boolean, orphan: boolean, workload: boolean]; why: string }[] =
  [
    { lifecycle: {}, declared: [true, false, false], why: 'the defaults' },
    {
      lifecycle: { spokeNamespace: { create: false } },
      declared: [false, false, false],
      why: 'orphan has its default',
    },
    { lifecycle: { spokeNamespace: { orphan: true } }, declared: [true, true, false], why: 'create has its default' },
    { lifecycle: { workload: { orphan: true } }, declared: [true, false, true], why: 'the namespace has its defaults' },
    {
      lifecycle: { spokeNamespace: { create: 'no' } },
      declared: [false, false, false],
      why: 'CUE reports malformed values',
    },
    {
      lifecycle: { spokeNamespace: 'no', workload: [] },
      declared: [false, false, false],
      why: 'malformed values are ignored',
    },
  ];

describe('the lifecycle that an Environment declares', () => {
  for (const { lifecycle, declared, why } of cases) {
    it(`by ${JSON.stringify(lifecycle)} is ${declared.join(', ')}: ${why}`, () => {
      const [create, orphan, workloadOrphan] = declared;
      assert.deepEqual(declaredIn(environment('team', { lifecycle })), { create, orphan, workloadOrphan });
    });
  }

  it('is undefined for a topology without these fields', () => {
    assert.equal(declaredIn(environment('team', { topology: byop('hub', 'gpu') })), undefined);
    assert.equal(declaredIn(environment('team', { topology: { type: 'mine' } })), undefined);
  });

  it('is undefined if the request does not change the topology, apart from defaults', () => {
    const old = environment('team', { lifecycle: { workload: { orphan: true } } });
    const touched = withDefaults('Environment', requestObject(old));
    assert.equal(declaredIn(touched, old), undefined);
    assert.equal(declaredIn({ ...old, spec: { ...old.spec, version: '1.0.0' } } as KubeObject, old), undefined);
    assert.ok(declaredIn(old, environment('team')), 'and something where it changes');
  });

  it('is undefined for a deletion', () => {
    assert.equal(declaredLifecycle(factsOf({ oldObject: environment('team') }).request), undefined);
  });

  it('has the path under which users write it', () => {
    const [, ...path] = lifecyclePath.split('.');
    const lifecycle = { workload: { orphan: true } };
    const spec = requestObject(environment('team', { lifecycle })).spec;
    assert.deepEqual(
      path.reduce<JsonObject>((object, field) => child(object, field), spec ?? {}),
      lifecycle,
    );
  });

  it('is read from any object', () => {
    const odd = { ...environment('team'), spec: { topology: 'topology-ocm' } };
    assert.deepEqual(topologyOf(requestObject(odd)), {});
    assert.deepEqual(topologyOf(undefined), {});
    assert.equal(declaredIn(odd as KubeObject), undefined);
  });
});
