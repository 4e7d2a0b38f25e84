import assert from 'node:assert/strict';
import { findStrategy } from '../../../../../deploy/local/ocm-stand-in/agent/update-strategy.ts';
import type { ManifestConfig } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';

const resource = { group: 'apps', resource: 'deployments', namespace: 'team', name: 'web.1' };

describe('OCM stand-in: findStrategy', () => {
  const rows: { why: string; wanted: ManifestConfig['resourceIdentifier']; matches: boolean }[] = [
    { why: 'the identifiers are equal', wanted: resource, matches: true },
    {
      why: 'name and namespace contain wildcards',
      wanted: { ...resource, namespace: '*', name: 'web.*' },
      matches: true,
    },
    { why: 'the group differs', wanted: { ...resource, group: '' }, matches: false },
    { why: 'a dot matches only a dot', wanted: { ...resource, name: 'web-1' }, matches: false },
    { why: 'the pattern matches only a part of the name', wanted: { ...resource, name: 'web' }, matches: false },
  ];
  for (const { why, wanted, matches } of rows) {
    it(`${matches ? 'matches' : 'does not match'}: ${why}`, () => {
      const configs: ManifestConfig[] = [{ resourceIdentifier: wanted, updateStrategy: { type: 'CreateOnly' } }];
      assert.equal(findStrategy(resource, configs).type, matches ? 'CreateOnly' : 'Update');
    });
  }

  it('ignores configs without an update strategy', () => {
    const configs: ManifestConfig[] = [
      { resourceIdentifier: resource },
      { resourceIdentifier: resource, updateStrategy: { type: 'ReadOnly' } },
    ];
    assert.equal(findStrategy(resource, configs).type, 'ReadOnly');
  });
});
