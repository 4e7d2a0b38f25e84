import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { listedReferrers } from '../../src/catalog/referrers/listed.ts';
import { appliedRevision, revisionUses } from '../../src/catalog/revision-uses.ts';
import { requestObject } from '../support/facts.ts';
import { deployment, environment } from '../support/manifests.ts';

const applied = (object: KubeObject, revision: number, name = 'primary') =>
  requestObject({ ...object, status: { environment: { namespace: 'team', name, revision } } } as KubeObject);
const pin = applied(deployment('team', { environmentRef: 'primary@v2' }), 1);
const going = requestObject(deployment('team', { name: 'going', environmentRef: 'primary@v3' }));
const terminating = { ...going, metadata: { ...going.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };

describe('the uses of revisions', () => {
  const index = listedReferrers('mural-system', () => [pin, terminating]);
  const uses = () => revisionUses('Environment', environment('team'), { index, systemNamespace: 'mural-system' });

  it('are refs, and what is applied', async () => {
    const found = await uses();
    assert.deepEqual(
      found.uses,
      [{ selector: { kind: 'number', number: 2 } }],
      'a terminating deployment is not counted',
    );
    assert.deepEqual(found.applied, [1]);
    assert.deepEqual(
      found.referrers.current.map(({ object }) => object.metadata.name),
      ['web', 'going'],
    );
  });

  it('do not include what is applied of other definitions', () => {
    const primary = { namespace: 'team', name: 'primary' };
    assert.deepEqual(appliedRevision('Environment', applied(deployment('team'), 4, 'other'), primary), []);
    assert.deepEqual(appliedRevision('WorkloadProfile', applied(deployment('team'), 4), primary), []);
    assert.deepEqual(appliedRevision('PolicyDefinition', applied(deployment('team'), 4), primary), []);
  });
});
