import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { lifecyclePath } from '../../../../src/domain/spoke/declared-lifecycle.ts';
import { orphanWithoutCreate } from '../../../../src/domain/admission/rules/orphan-without-create.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const path = `${lifecyclePath}.spokeNamespace.orphan`;

const cases: { lifecycle: JsonObject; warned: boolean; why: string }[] = [
  { lifecycle: {}, warned: false, why: 'the defaults are consistent' },
  { lifecycle: { spokeNamespace: { create: false, orphan: true } }, warned: true, why: 'orphan has no effect' },
  { lifecycle: { spokeNamespace: { create: true, orphan: true } }, warned: false, why: 'it is created and kept' },
  { lifecycle: { spokeNamespace: { orphan: true } }, warned: false, why: 'it is created by default' },
  { lifecycle: { spokeNamespace: { create: false, orphan: false } }, warned: false, why: 'orphan is false' },
  { lifecycle: { spokeNamespace: { create: false } }, warned: false, why: 'orphan is false' },
  {
    lifecycle: { spokeNamespace: { create: false }, workload: { orphan: true } },
    warned: false,
    why: 'the Workload can be kept',
  },
];

describe('OrphanWithoutCreate', () => {
  for (const { lifecycle, warned, why } of cases) {
    it(`${warned ? 'warns about' : 'allows'} ${JSON.stringify(lifecycle)}: ${why}`, () => {
      const facts = factsOf({ object: environment('team', { lifecycle }) });
      assert.deepEqual(findingsOf(orphanWithoutCreate, facts), warned ? [{ path }] : []);
    });
  }

  it('only warns, because nothing is lost', () => assert.equal(orphanWithoutCreate.severity, 'warn'));

  it('warns once, and not about edits of something else', () => {
    const old = environment('team', { lifecycle: { spokeNamespace: { create: false, orphan: true } } });
    const object = { ...old, spec: { ...old.spec, version: '1.0.0' } } as KubeObject;
    assert.deepEqual(findingsOf(orphanWithoutCreate, factsOf({ object, oldObject: old })), []);
  });

  it('allows the second step of the safe way to stop creating a namespace, with orphan: true left in the spec', () => {
    const of = (spokeNamespace: JsonObject) => environment('team', { lifecycle: { spokeNamespace } });
    const findings = (before: JsonObject) => {
      const object = of({ create: false, orphan: true });
      return findingsOf(orphanWithoutCreate, factsOf({ object, oldObject: of(before) }));
    };
    assert.deepEqual(findings({ create: true, orphan: true }), []);
    assert.deepEqual(findings({ create: true, orphan: false }), [{ path }]);
    assert.deepEqual(findings({ create: false }), [{ path }]);
  });

  it('allows that orphan: true stays when create becomes false, because that is the safe way', () => {
    const keeping = environment('team', { lifecycle: { spokeNamespace: { create: true, orphan: true } } });
    const object = environment('team', { lifecycle: { spokeNamespace: { create: false, orphan: true } } });
    assert.deepEqual(findingsOf(orphanWithoutCreate, factsOf({ object, oldObject: keeping })), []);
    const facts = factsOf({ object, oldObject: environment('team') });
    assert.deepEqual(findingsOf(orphanWithoutCreate, facts), [{ path }], 'but not come with it');
  });

  it('does not check a topology without these fields', () => {
    const lifecycle = { spokeNamespace: { create: false, orphan: true } };
    const properties = { manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle } } };
    const facts = factsOf({ object: environment('team', { topology: { type: 'mine', properties } }) });
    assert.deepEqual(findingsOf(orphanWithoutCreate, facts), []);
  });
});
