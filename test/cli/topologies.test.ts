import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../src/cli/topologies.ts';

describe('the cache folder', () => {
  it('is named by the environment', () => assert.equal(cacheFolder({ XDG_CACHE_HOME: '/caches' }), '/caches/mooring'));

  it('is that of the user by default', () => {
    const own = join(homedir(), '.cache', 'mooring');
    assert.equal(cacheFolder({}), own);
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '' }), own);
  });
});
