import assert from 'node:assert/strict';
import { recordingFailure } from '../../../src/domain/revisions/recorded-condition.ts';
import { environment } from '../../support/manifests.ts';

const withConditions = (conditions: unknown) =>
  recordingFailure({ ...JSON.parse(JSON.stringify(environment('team'))), status: { conditions } });

describe('the reported failure to record', () => {
  it('is the message of condition Recorded', () => {
    const failed = { type: 'Recorded', status: 'False', reason: 'RecordingFailed', message: 'exceeded quota' };
    assert.equal(withConditions([{ type: 'Rendered', status: 'False', message: 'other' }, failed]), 'exceeded quota');
  });

  it('is absent if the content is recorded, and in a status of another shape', () => {
    assert.equal(withConditions([{ type: 'Recorded', status: 'True', reason: 'Recorded' }]), undefined);
    assert.equal(withConditions([{ type: 'Recorded', status: 'False' }]), undefined);
    assert.equal(withConditions('none'), undefined);
    assert.equal(recordingFailure(JSON.parse(JSON.stringify(environment('team')))), undefined);
  });
});
