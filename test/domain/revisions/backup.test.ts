import assert from 'node:assert/strict';
import { backupOf, versionsIn } from '../../../src/domain/revisions/backup.ts';
import { requestObject, stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

describe('an object in a backup', () => {
  const live = stampedAs(requestObject(environment('team', { labels: { tier: 'gold' } })), 4);
  const metadata = {
    ...live.metadata,
    uid: 'uid-1',
    resourceVersion: '7',
    generation: 3,
    creationTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['spectrocloud.com/mooring'],
    managedFields: [],
  };
  const { apiVersion, kind, spec: liveSpec = {} } = live;
  const object = { apiVersion, kind, spec: liveSpec, metadata };

  it('has its content and its stamp, and nothing that is set again', () => {
    const { metadata: kept, spec, status } = backupOf('Environment', object);
    const { name, namespace, labels, annotations } = live.metadata;
    assert.deepEqual(kept, { name, namespace, labels, annotations });
    assert.deepEqual([spec, status], [live.spec, undefined]);
  });

  it('has the published versions of its status', () => {
    const versions = { '1.3': '1.3.6' };
    const { status } = backupOf('Environment', { ...object, status: { versions, revision: 4 } });
    assert.deepEqual(status, { versions });
    for (const malformed of [undefined, 'x', { versions: [] }]) assert.deepEqual(versionsIn(malformed), {});
  });

  it('is not about to be pruned', () => {
    const annotations = { 'spectrocloud.com/retiring': 'now', 'spectrocloud.com/restored': 'now' };
    const revision = { apiVersion: 'a/v1', kind: 'DefinitionRevision', metadata: { name: 'a', annotations } };
    assert.deepEqual(backupOf('DefinitionRevision', revision).metadata, { name: 'a' });
  });
});
