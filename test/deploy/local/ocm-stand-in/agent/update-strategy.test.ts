import assert from 'node:assert/strict';
import { strategyFor } from '../../../../../deploy/local/ocm-stand-in/agent/update-strategy.ts';
import type { ManifestConfig } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';

const resource = { group: 'apps', resource: 'deployments', namespace: 'team', name: 'web.1' };

describe('OCM stand-in: strategyFor', () => {
  const rows: { why: string; wanted: ManifestConfig['resourceIdentifier']; fits: boolean }[] = [
    { why: 'the same', wanted: resource, fits: true },
    { why: 'a wildcard in name and namespace', wanted: { ...resource, namespace: '*', name: 'web.*' }, fits: true },
    { why: 'another group', wanted: { ...resource, group: '' }, fits: false },
    { why: 'a dot is a dot', wanted: { ...resource, name: 'web-1' }, fits: false },
    { why: 'a name must fit whole', wanted: { ...resource, name: 'web' }, fits: false },
  ];
  for (const { why, wanted, fits } of rows) {
    it(`${fits ? 'fits' : 'does not fit'}: ${why}`, () => {
      const configs: ManifestConfig[] = [{ resourceIdentifier: wanted, updateStrategy: { type: 'CreateOnly' } }];
      assert.equal(strategyFor(resource, configs).type, fits ? 'CreateOnly' : 'Update');
    });
  }

  it('passes over configs that say nothing of it', () => {
    const configs: ManifestConfig[] = [
      { resourceIdentifier: resource },
      { resourceIdentifier: resource, updateStrategy: { type: 'ReadOnly' } },
    ];
    assert.equal(strategyFor(resource, configs).type, 'ReadOnly');
  });
});
