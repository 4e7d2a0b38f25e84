import assert from 'node:assert/strict';
import { isDecided, unservedKind } from '../../../src/cli/files/served-kind.ts';

const ours = 'spectrocloud.com/v1beta1';
const of = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'a' } });

const allKinds = 'kinds: Environment, WorkloadProfile, PolicyDefinition, WorkloadDeployment, DefinitionRevision';

/** The problem of an apiVersion and a kind; `says` is absent where there is none. */
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
    says: `there is no spectrocloud.com/v1beta2; did you mean "${ours}"? (this is ${ours})`,
  },
  {
    apiVersion: 'spectrocloud.con/v1beta1',
    kind: 'Environment',
    says: `there is no spectrocloud.con/v1beta1; did you mean "${ours}"? (this is ${ours})`,
  },
  {
    apiVersion: 'spectrocloud.com/v1beta2',
    kind: 'Enviroment',
    says: `there is no spectrocloud.com/v1beta2; did you mean "${ours}"? (this is ${ours}), and there is no kind Enviroment in ${ours}; did you mean "Environment"? (${allKinds})`,
  },
];

describe('the kinds that the hub serves', () => {
  for (const { apiVersion, kind, says } of rows) {
    it(`${says === undefined ? 'accept' : 'refuse, with what may be meant,'} ${kind} of ${apiVersion}`, () => {
      assert.equal(unservedKind(of(apiVersion, kind)), says);
    });
  }

  it('are decided about if they are ours and on the hub', () => {
    assert.equal(isDecided(of(ours, 'Environment')), true);
    assert.equal(isDecided(of('v1', 'Namespace')), false);
    assert.equal(isDecided(of(ours, 'Workload')), false);
    assert.equal(isDecided(of('other.test/v1', 'Environment')), false);
  });
});
