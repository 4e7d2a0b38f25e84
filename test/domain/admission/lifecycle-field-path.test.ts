import assert from 'node:assert/strict';
import { lifecyclePath } from '../../../src/domain/spoke/declared-lifecycle.ts';
import { lifecycleFieldPath, topologyFieldPath } from '../../../src/domain/admission/lifecycle-field-path.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { factsOf } from '../../support/facts.ts';
import { byop, deployment, environment } from '../../support/manifests.ts';

const old = environment('team');
const oldDeployment = deployment('team');
const cases: { what: string; request: Parameters<typeof factsOf>[0]; path: string; why: string }[] = [
  {
    what: 'create: false',
    request: { object: environment('team', { lifecycle: { spokeNamespace: { create: false } } }), oldObject: old },
    path: `${lifecyclePath}.spokeNamespace.create`,
    why: 'that removes the namespace',
  },
  {
    what: 'orphan: true',
    request: { object: environment('team', { lifecycle: { spokeNamespace: { orphan: true } } }), oldObject: old },
    path: `${lifecyclePath}.spokeNamespace`,
    why: 'it is a field about the namespace',
  },
  {
    what: 'another topology',
    request: { object: environment('team', { topology: byop('hub', 'gpu') }), oldObject: old },
    path: 'spec.topology',
    why: 'other topologies have other fields',
  },
  {
    what: 'another Environment',
    request: { object: deployment('team', { environmentRef: 'other' }), oldObject: oldDeployment },
    path: 'spec.environmentRef.name',
    why: 'the ref decides',
  },
  {
    what: 'another namespace',
    request: { object: deployment('team', { spokeNamespace: 'shop' }), oldObject: oldDeployment },
    path: 'spec.workload.namespace',
    why: 'the Environment does not change',
  },
  {
    what: 'a new deployment',
    request: { object: oldDeployment },
    path: 'spec.environmentRef.name',
    why: 'the ref decides',
  },
  {
    what: 'another template',
    request: { object: customTopology('edge', 'b'), oldObject: customTopology('edge', 'a') },
    path: 'spec.schematic.cue.template',
    why: 'it decides for each Environment',
  },
  { what: 'a deletion', request: { oldObject: oldDeployment }, path: '', why: 'no field is changed' },
];

describe('the field that changes the lifecycle of a namespace', () => {
  for (const { what, request, path, why } of cases) {
    it(`is ${path || 'empty'} for ${what}: ${why}`, () => {
      assert.equal(lifecycleFieldPath(factsOf(request).request), path);
    });
  }
});

describe('the field that changes what a topology renders', () => {
  it('is the topology, the template, or a field of the deployment', () => {
    const paths = ['Environment', 'PolicyDefinition', 'WorkloadDeployment'].map((kind) =>
      topologyFieldPath({ kind }, 'spec.workload.name'),
    );
    assert.deepEqual(paths, ['spec.topology', 'spec.schematic.cue.template', 'spec.workload.name']);
  });
});
