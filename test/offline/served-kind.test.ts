import assert from 'node:assert/strict';
import { isServedKind, unservedKind } from '../../src/offline/served-kind.ts';

const ours = 'spectrocloud.com/v1beta1';
const of = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'a' } });

const allKinds = 'kinds: Environment, WorkloadProfile, PolicyDefinition, WorkloadDeployment, DefinitionRevision';

/** The message for an apiVersion and a kind. There is no message if `says` is absent. */
const rows: { apiVersion: string; kind: string; says?: string }[] = [
  { apiVersion: ours, kind: 'Environment' },
  { apiVersion: ours, kind: 'Workload' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'example.org/v1', kind: 'Environment' },
  { apiVersion: 'cluster.spectrocloud.com/v1beta1', kind: 'Environment' },
  { apiVersion: 'spectrocloud.con/v1', kind: 'Cluster' },
  {
    apiVersion: ours,
    kind: 'Enviroment',
    says: `there is no kind Enviroment in ${ours}; did you mean "Environment"? (${allKinds})`,
  },
  { apiVersion: ours, kind: 'Cluster', says: `there is no kind Cluster in ${ours} (${allKinds})` },
  {
    apiVersion: 'spectrocloud.com/v1beta2',
    kind: 'Environment',
    says: `there is no spectrocloud.com/v1beta2; did you mean "${ours}"? (mooring serves ${ours})`,
  },
  {
    apiVersion: 'spectrocloud.con/v1beta1',
    kind: 'Environment',
    says: `there is no spectrocloud.con/v1beta1; did you mean "${ours}"? (mooring serves ${ours})`,
  },
  {
    apiVersion: 'spectrocloud.com/v1beta2',
    kind: 'Enviroment',
    says: `there is no spectrocloud.com/v1beta2; did you mean "${ours}"? (mooring serves ${ours}), and there is no kind Enviroment in ${ours}; did you mean "Environment"? (${allKinds})`,
  },
];

describe('the kinds that the hub serves', () => {
  for (const { apiVersion, kind, says } of rows) {
    it(`${says === undefined ? 'has no message for' : 'suggests the correct kind or version for'} ${kind} of ${apiVersion}`, () => {
      assert.equal(unservedKind(of(apiVersion, kind)), says);
    });
  }

  it('are the kinds of mooring on the hub, at the served version', () => {
    assert.equal(isServedKind(of(ours, 'Environment')), true);
    assert.equal(isServedKind(of('v1', 'Namespace')), false);
    assert.equal(isServedKind(of(ours, 'Workload')), false);
    assert.equal(isServedKind(of('other.test/v1', 'Environment')), false);
  });
});
