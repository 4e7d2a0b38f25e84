import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { effectiveLifecycle } from '../../../src/domain/spoke/effective-lifecycle.ts';
import { renderedWork } from '../../support/hub-objects.ts';

const workload = { namespace: 'web', name: 'shop' };
const namespaceManifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } };
const rules = (...orphaningRules: JsonObject[]) => ({
  propagationPolicy: 'SelectivelyOrphan',
  selectivelyOrphans: { orphaningRules },
});
const namespaceRule = { resource: 'namespaces', name: 'web' };
const workloadRule = { group: 'spectrocloud.com', resource: 'workloads', namespace: 'web', name: 'shop' };

const cases: { what: string; deleteOption?: JsonObject; namespace: boolean; workload: boolean; why: string }[] = [
  { what: 'no deleteOption', namespace: false, workload: false, why: 'everything is deleted' },
  {
    what: 'Orphan',
    deleteOption: { propagationPolicy: 'Orphan' },
    namespace: true,
    workload: true,
    why: 'everything is orphaned',
  },
  {
    what: 'Foreground',
    deleteOption: { propagationPolicy: 'Foreground' },
    namespace: false,
    workload: false,
    why: 'everything is deleted',
  },
  {
    what: 'a rule for the namespace',
    deleteOption: rules(namespaceRule),
    namespace: true,
    workload: false,
    why: 'it matches',
  },
  {
    what: 'a rule for the Workload',
    deleteOption: rules(workloadRule),
    namespace: false,
    workload: true,
    why: 'it matches',
  },
  {
    what: 'both rules',
    deleteOption: rules(workloadRule, namespaceRule),
    namespace: true,
    workload: true,
    why: 'both match',
  },
  {
    what: 'resource: Namespace',
    deleteOption: rules({ ...namespaceRule, resource: 'Namespace' }),
    namespace: false,
    workload: false,
    why: 'H6: the resource is plural',
  },
  {
    what: 'a namespace on a rule for a namespace',
    deleteOption: rules({ ...namespaceRule, namespace: 'web' }),
    namespace: false,
    workload: false,
    why: 'H6: it is cluster-scoped',
  },
  {
    what: 'another name',
    deleteOption: rules({ ...namespaceRule, name: 'wep' }),
    namespace: false,
    workload: false,
    why: 'another object',
  },
  {
    what: 'no group on a Workload',
    deleteOption: rules({ ...workloadRule, group: '' }),
    namespace: false,
    workload: false,
    why: 'another kind',
  },
  {
    what: 'rules without the policy',
    deleteOption: { ...rules(namespaceRule), propagationPolicy: 'Foreground' },
    namespace: false,
    workload: false,
    why: 'OCM does not read them',
  },
  {
    what: 'malformed rules',
    deleteOption: { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: 'x' },
    namespace: false,
    workload: false,
    why: 'a template may render anything',
  },
];

describe('the effective lifecycle', () => {
  for (const { what, deleteOption, namespace, workload: stays, why } of cases) {
    it(`with ${what} keeps ${namespace ? 'the namespace' : 'no namespace'} and ${stays ? 'the Workload' : 'no Workload'}: ${why}`, () => {
      const work = renderedWork({
        manifests: [namespaceManifest],
        ...(deleteOption === undefined ? {} : { deleteOption }),
      });
      assert.deepEqual(effectiveLifecycle([work], workload), {
        spokeNamespace: { create: true, orphan: namespace },
        workload: { orphan: stays },
      });
    });
  }

  it('does not create or orphan a namespace that is not among the manifests', () => {
    const other = { ...namespaceManifest, metadata: { name: 'other' } };
    const work = renderedWork({ manifests: [other], deleteOption: rules(namespaceRule) });
    assert.deepEqual(effectiveLifecycle([work], workload).spokeNamespace, { create: false, orphan: false });
  });

  it('keeps the namespace only if every ManifestWorkReplicaSet with it does', () => {
    const keeping = renderedWork({ manifests: [namespaceManifest], deleteOption: rules(namespaceRule) });
    const ending = renderedWork({ manifests: [namespaceManifest] });
    assert.deepEqual(effectiveLifecycle([keeping, ending], workload).spokeNamespace, { create: true, orphan: false });
  });

  it('accepts any value, and finds nothing in it', () => {
    for (const odd of [
      null,
      'x',
      [],
      {},
      { spec: 1 },
      { spec: { manifestWorkTemplate: { workload: { manifests: [1] } } } },
    ]) {
      assert.equal(effectiveLifecycle([odd], workload).spokeNamespace.create, false);
    }
  });
});
