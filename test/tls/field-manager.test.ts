import assert from 'node:assert/strict';
import { fieldManager } from '../../src/tls/field-manager.ts';

describe('the field manager of certificates', () => {
  it('does not change, because the API server would keep what the former one wrote', () => {
    assert.equal(fieldManager, 'mooring-certificates');
  });
});
