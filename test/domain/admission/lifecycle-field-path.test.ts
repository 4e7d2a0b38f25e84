import assert from 'node:assert/strict';
import { lifecyclePath } from '../../../src/domain/spoke/declared-lifecycle.ts';
import { lifecycleFieldPath } from '../../../src/domain/admission/lifecycle-field-path.ts';
import { factsOf } from '../../support/facts.ts';
import { byop, deployment, environment } from '../../support/manifests.ts';

const old = environment('team');
const oldDeployment = deployment('team');
const cases: { what: string; request: Parameters<typeof factsOf>[0]; place: string; why: string }[] = [
  {
    what: 'create: false',
    request: { object: environment('team', { lifecycle: { spokeNamespace: { create: false } } }), oldObject: old },
    place: `${lifecyclePath}.spokeNamespace.create`,
    why: 'that is what ends the namespace',
  },
  {
    what: 'orphan: true',
    request: { object: environment('team', { lifecycle: { spokeNamespace: { orphan: true } } }), oldObject: old },
    place: `${lifecyclePath}.spokeNamespace`,
    why: 'one of the words about the namespace',
  },
  {
    what: 'another topology',
    request: { object: environment('team', { topology: byop('hub', 'gpu') }), oldObject: old },
    place: 'spec.topology',
    why: 'the words of others are their own',
  },
  {
    what: 'another Environment',
    request: { object: deployment('team', { environmentRef: 'other' }), oldObject: oldDeployment },
    place: 'spec.environmentRef.name',
    why: 'the deployment chose it',
  },
  {
    what: 'another namespace',
    request: { object: deployment('team', { spokeNamespace: 'shop' }), oldObject: oldDeployment },
    place: 'spec.workload.namespace',
    why: 'the Environment is as it was',
  },
  {
    what: 'a new deployment',
    request: { object: oldDeployment },
    place: 'spec.environmentRef.name',
    why: 'it chooses one',
  },
  { what: 'a deletion', request: { oldObject: oldDeployment }, place: '', why: 'no field does it' },
];

describe('the field that changes what becomes of a namespace', () => {
  for (const { what, request, place, why } of cases) {
    it(`is ${place || 'none'} for ${what}: ${why}`, () => {
      assert.equal(lifecycleFieldPath(factsOf(request).request), place);
    });
  }
});
