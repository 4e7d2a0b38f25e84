import assert from 'node:assert/strict';
import { formatViolation } from '../../src/domain/violation.ts';

describe('the line that describes a violation', () => {
  it('is the path, the message and the code', () => {
    const violation = { code: 'UnknownTopology', path: 'spec.topology.type', message: 'there is no topology edge' };
    assert.equal(formatViolation(violation), 'spec.topology.type: there is no topology edge (UnknownTopology)');
  });

  it('has no path if no single field is at fault', () => {
    const violation = { code: 'InUse', path: '', message: 'Environment team/primary is used' };
    assert.equal(formatViolation(violation), 'Environment team/primary is used (InUse)');
  });
});
