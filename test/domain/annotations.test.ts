import assert from 'node:assert/strict';
import * as annotations from '../../src/domain/annotations.ts';

describe('annotations', () => {
  it('have valid names', () => {
    const names = Object.values(annotations).filter((value) => typeof value === 'string');
    for (const name of [...names, ...Object.values(annotations.revisionLabels)]) {
      assert.match(name, /^[a-z0-9.-]{1,253}\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
    }
  });
});
