import assert from 'node:assert/strict';
import type { JsonValue, KubeObject } from '../../../src/api/object.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';
import { appliedNames, keepsDestination, workloadNames } from '../../../src/domain/spoke/workload-names.ts';
import { requestObject } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';
import { placedDeployment, type PlacedDeployment } from '../../support/placed-deployment.ts';

const withWorkload = (workload: JsonValue): UncheckedObject =>
  requestObject({ ...deployment('team'), spec: { workload } } as KubeObject);
const key = { deployment: { namespace: 'team', name: 'web' } };

describe('the names that a deployment asks for', () => {
  const cases: { workload: JsonValue; names: { namespace: string; workload: string } | undefined; why: string }[] = [
    { workload: { name: 'a', namespace: 'b' }, names: { namespace: 'b', workload: 'a' }, why: 'both are set' },
    { workload: { name: 'a' }, names: { namespace: 'team', workload: 'a' }, why: 'its own namespace by default' },
    { workload: { name: 'a', namespace: '' }, names: { namespace: 'team', workload: 'a' }, why: 'empty is absent' },
    { workload: { name: 'a', namespace: 7 }, names: { namespace: 'team', workload: 'a' }, why: '7 is not a name' },
    { workload: { namespace: 'b' }, names: undefined, why: 'the Workload has no name' },
    { workload: { name: 7 }, names: undefined, why: '7 is not a name' },
    { workload: 'a', names: undefined, why: 'a string is not an object' },
  ];
  for (const { workload, names, why } of cases) {
    it(`with ${JSON.stringify(workload)} are ${names === undefined ? 'none' : `${names.namespace}/${names.workload}`}: ${why}`, () => {
      assert.deepEqual(workloadNames(withWorkload(workload)), names && { ...key, ...names });
    });
  }

  it('exist for an object without a namespace, as in a file', () => {
    const { namespace: _, ...metadata } = deployment('team').metadata;
    const names = workloadNames({ ...withWorkload({ name: 'a' }), metadata });
    assert.deepEqual(names, { deployment: { namespace: '', name: 'web' }, namespace: '', workload: 'a' });
  });
});

describe('the names that are applied', () => {
  const requested = { ...key, namespace: 'store', workload: 'new' };

  it('are those of the status', () => {
    assert.deepEqual(appliedNames(requested, { namespace: 'shop', name: 'old' }), {
      ...key,
      namespace: 'shop',
      workload: 'old',
    });
  });

  it('are the requested ones if the status has none', () => {
    assert.deepEqual(appliedNames(requested, undefined), requested);
  });
});

describe('a request about a deployment', () => {
  const cases: { what: string; object: PlacedDeployment; keeps: boolean }[] = [
    { what: 'labels', object: { metadata: { labels: { tier: 'front' } } }, keeps: true },
    { what: 'the Environment', object: { environmentRef: 'prod' }, keeps: false },
    { what: 'the revision of the Environment', object: { environmentRef: 'primary@v1' }, keeps: false },
    { what: 'the namespace', object: { spokeNamespace: 'store' }, keeps: false },
    { what: 'the name of the Workload', object: { workload: 'api' }, keeps: false },
  ];
  for (const { what, object, keeps } of cases) {
    it(`${keeps ? 'keeps' : 'changes'} its destination if it changes ${what}`, () => {
      assert.equal(keepsDestination(placedDeployment(object), placedDeployment()), keeps);
    });
  }

  it('never keeps the destination of a new deployment', () => {
    assert.equal(keepsDestination(placedDeployment(), undefined), false);
  });
});
