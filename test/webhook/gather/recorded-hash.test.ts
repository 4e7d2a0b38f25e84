import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { gatherRecordedHash } from '../../../src/webhook/gather/recorded-hash.ts';
import { gatherContextOf, gathered } from '../../support/gathering.ts';
import { deployment } from '../../support/manifests.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';

const { definition, objects } = recordedEdits('Environment', [{}, { labels: { a: 'b' } }]);
const context = gatherContextOf(objects.map(([, object]) => object));
const failed = { type: 'Recorded', status: 'False', reason: 'RecordingFailed', message: 'exceeded quota' };
const withStatus = (status: object): KubeObject => ({ ...definition, status }) as KubeObject;
const hashes = objects.slice(1).map(([, object]) => (object as KubeObject & { spec: { hash: string } }).spec.hash);

const cases: { oldObject: KubeObject; revision?: number; why: string }[] = [
  {
    oldObject: withStatus({ revision: 1, conditions: [failed] }),
    revision: 1,
    why: 'the edit after it cannot be recorded',
  },
  { oldObject: withStatus({ revision: 1 }), why: 'nothing failed' },
  { oldObject: withStatus({ conditions: [failed] }), why: 'nothing is recorded yet' },
  { oldObject: withStatus({ revision: 7, conditions: [failed] }), why: 'the revision does not exist' },
  { oldObject: deployment('team'), why: 'it has no revisions' },
];

describe('the hash of the recorded content', () => {
  for (const { oldObject, revision, why } of cases) {
    it(`is ${revision === undefined ? 'not read' : 'read'}: ${why}`, async () => {
      const found = await gathered(gatherRecordedHash, { object: oldObject, oldObject }, context);
      assert.deepEqual(found, revision === undefined ? {} : { recordedHash: hashes[revision - 1] });
    });
  }

  it('is not read for a new object', async () => {
    assert.deepEqual(await gathered(gatherRecordedHash, { object: definition }, context), {});
  });
});
