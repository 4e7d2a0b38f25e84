import assert from 'node:assert/strict';
import { isOwned } from '../../../../../deploy/local/ocm-stand-in/agent/orphaning.ts';
import type { DeleteOption, ResourceIdentifier } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';

const namespace: ResourceIdentifier = { group: '', resource: 'namespaces', namespace: '', name: 'team' };
const rules = (...orphaningRules: ResourceIdentifier[]): DeleteOption => ({
  propagationPolicy: 'SelectivelyOrphan',
  selectivelyOrphans: { orphaningRules },
});

describe('OCM stand-in: isOwned', () => {
  const rows: { why: string; option: DeleteOption | undefined; owned: boolean }[] = [
    { why: 'there is no deleteOption', option: undefined, owned: true },
    { why: 'the policy is Foreground', option: { propagationPolicy: 'Foreground' }, owned: true },
    { why: 'the policy Orphan is for all resources', option: { propagationPolicy: 'Orphan' }, owned: false },
    {
      why: 'the policy is SelectivelyOrphan without rules',
      option: { propagationPolicy: 'SelectivelyOrphan' },
      owned: true,
    },
    {
      why: 'a rule has the plural and the name',
      option: rules({ resource: 'namespaces', name: 'team' }),
      owned: false,
    },
    {
      why: 'a rule has the kind instead of the plural (H6)',
      option: rules({ resource: 'Namespace', name: 'team' }),
      owned: true,
    },
    {
      why: 'a rule has a namespace for a cluster-scoped resource (H6)',
      option: rules({ resource: 'namespaces', name: 'team', namespace: 'team' }),
      owned: true,
    },
    {
      why: 'a rule has another group',
      option: rules({ group: 'apps', resource: 'namespaces', name: 'team' }),
      owned: true,
    },
    { why: 'an asterisk is not a wildcard here', option: rules({ resource: 'namespaces', name: '*' }), owned: true },
    {
      why: 'rules have no effect with another policy',
      option: { ...rules({ resource: 'namespaces', name: 'team' }), propagationPolicy: 'Foreground' },
      owned: true,
    },
  ];
  for (const { why, option, owned } of rows) {
    it(`${owned ? 'owns' : 'orphans'}: ${why}`, () => assert.equal(isOwned(namespace, option), owned));
  }
});
