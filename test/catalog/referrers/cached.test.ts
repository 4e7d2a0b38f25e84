import { createMemoryClient } from '../../support/memory-client.ts';
import { cachedIndex, storedReferrers, testLookups } from '../../support/referrer-lookups.ts';

describe('the index of referrers in caches', () => {
  const { index, run, stop } = cachedIndex(createMemoryClient(storedReferrers));
  before(run);
  after(stop);
  testLookups(index);
});
