import { listedReferrers } from '../../../src/catalog/referrers/listed.ts';
import { requestObject } from '../../support/facts.ts';
import { referrerObjects, testLookups } from '../../support/referrer-lookups.ts';

describe('the index of referrers over a list of objects', () => {
  testLookups(listedReferrers('mural-system', () => referrerObjects.map(requestObject)));
});
