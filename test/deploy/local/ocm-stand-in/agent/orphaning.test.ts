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
    { why: 'by default', option: undefined, owned: true },
    { why: 'Foreground', option: { propagationPolicy: 'Foreground' }, owned: true },
    { why: 'Orphan leaves everything', option: { propagationPolicy: 'Orphan' }, owned: false },
    { why: 'SelectivelyOrphan without rules', option: { propagationPolicy: 'SelectivelyOrphan' }, owned: true },
    { why: 'a rule by plural and name', option: rules({ resource: 'namespaces', name: 'team' }), owned: false },
    {
      why: 'a rule with the kind instead of the plural (H6)',
      option: rules({ resource: 'Namespace', name: 'team' }),
      owned: true,
    },
    {
      why: 'a rule with a namespace for what has none (H6)',
      option: rules({ resource: 'namespaces', name: 'team', namespace: 'team' }),
      owned: true,
    },
    {
      why: 'a rule of another group',
      option: rules({ group: 'apps', resource: 'namespaces', name: 'team' }),
      owned: true,
    },
    { why: 'a wildcard is no wildcard here', option: rules({ resource: 'namespaces', name: '*' }), owned: true },
    {
      why: 'rules under another policy do not count',
      option: { ...rules({ resource: 'namespaces', name: 'team' }), propagationPolicy: 'Foreground' },
      owned: true,
    },
  ];
  for (const { why, option, owned } of rows) {
    it(`${owned ? 'owns' : 'orphans'}: ${why}`, () => assert.equal(isOwned(namespace, option), owned));
  }
});
