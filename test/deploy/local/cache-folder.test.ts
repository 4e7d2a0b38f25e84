import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { cacheFolder } from '../../../deploy/local/cache-folder.ts';

describe('the cache folder', () => {
  it('follows XDG_CACHE_HOME, and is below the home folder without it', () => {
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/c' }), '/c/mooring');
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '' }), `${homedir()}/.cache/mooring`);
    assert.equal(cacheFolder({}), `${homedir()}/.cache/mooring`);
  });
});
