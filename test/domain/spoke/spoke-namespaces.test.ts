import assert from 'node:assert/strict';
import {
  forbiddenSharing,
  isListed,
  listedSpokeNamespaces,
  mayUseSpokeNamespace,
  namesIn,
  stampedSpokeNamespaces,
  stampOfNames,
} from '../../../src/domain/spoke/spoke-namespaces.ts';

const listing: { text: string; name: string; listed: boolean; why: string }[] = [
  { text: 'shop', name: 'shop', listed: true, why: 'it is the name' },
  { text: ' shop , store ', name: 'store', listed: true, why: 'spaces do not count' },
  { text: 'shop', name: 'shop-2', listed: false, why: 'only the beginning is the same' },
  { text: 'team-*', name: 'team-a', listed: true, why: 'it has the prefix' },
  { text: 'team-*', name: 'team-', listed: false, why: 'a prefix alone is not a name' },
  { text: 'team-*', name: 'team', listed: false, why: 'it lacks the dash' },
  { text: 'team-*', name: 'my-team-a', listed: false, why: 'it has another prefix' },
  { text: '*', name: 'shop', listed: false, why: 'a wildcard alone would allow every namespace' },
  { text: 'team*', name: 'teams', listed: false, why: 'a prefix ends with a dash' },
  { text: '*-shop', name: 'my-shop', listed: false, why: 'a wildcard is at the end' },
  { text: 'te*-*', name: 'team-a', listed: false, why: 'one wildcard only' },
  { text: 'shop;store', name: 'store', listed: false, why: 'another separator is a typing error' },
  { text: '', name: '', listed: false, why: 'nothing is listed' },
];

describe('the spoke namespaces that a Namespace on the hub lists', () => {
  for (const { text, name, listed, why } of listing) {
    it(`${listed ? 'contain' : 'do not contain'} ${name} for ${JSON.stringify(text)}: ${why}`, () => {
      const entries = listedSpokeNamespaces({ 'spectrocloud.com/spoke-namespaces': text });
      assert.equal(isListed(entries, name), listed);
    });
  }

  it('are none without the annotation', () => {
    assert.deepEqual([listedSpokeNamespaces(undefined), listedSpokeNamespaces({})], [[], []]);
  });
});

describe('a stamp', () => {
  it('contains sorted names, each once, and is absent without names', () => {
    assert.deepEqual([stampOfNames(['b', 'a', 'b']), stampOfNames([])], ['a,b', undefined]);
    const annotations = { 'spectrocloud.com/allowed-spoke-namespaces': 'a,b' };
    assert.deepEqual(stampedSpokeNamespaces({ annotations }), ['a', 'b']);
    assert.deepEqual([stampedSpokeNamespaces({}), stampedSpokeNamespaces(undefined)], [[], []]);
    assert.deepEqual(namesIn(7), [], 'a client may send any JSON');
  });
});

describe('a deployment', () => {
  const use = { hubNamespace: 'team', listed: ['shop', 'team-*'], stamped: ['granted'] };
  const rows: [name: string, allowed: boolean, why: string][] = [
    ['team', true, 'it has the name of its hub namespace'],
    ['shop', true, 'the Namespace on the hub lists it'],
    ['team-a', true, 'the Namespace on the hub lists its prefix'],
    ['granted', true, 'the requester had the right'],
    ['victim', false, 'nothing allows it'],
  ];
  for (const [name, allowed, why] of rows) {
    it(`${allowed ? 'may' : 'may not'} use spoke namespace ${name}: ${why}`, () => {
      assert.equal(mayUseSpokeNamespace(use, name), allowed);
    });
  }
});

describe('the sharing of a spoke namespace by two hub namespaces', () => {
  const own = (...listed: string[]) => ({ hubNamespace: 'team', listed });
  const other = (listed: string[] = [], stamped: string[] = []) => ({
    hubNamespace: 'other',
    name: 'web',
    listed,
    stamped,
  });
  const rows: { why: string; name: string; own: string[]; users: ReturnType<typeof other>[]; unlisted?: string[] }[] = [
    { why: 'both list it', name: 'shop', own: ['shop'], users: [other(['shop'])] },
    { why: 'only this one lists it', name: 'other', own: ['other'], users: [other()], unlisted: ['other'] },
    { why: 'only the other one lists it', name: 'team', own: [], users: [other(['team'])], unlisted: ['team'] },
    { why: 'a stamp is no listing', name: 'shop', own: ['shop'], users: [other([], ['shop'])], unlisted: ['other'] },
    { why: 'neither lists it', name: 'shop', own: [], users: [other([], ['shop'])], unlisted: ['team', 'other'] },
    {
      why: 'the other one is not allowed to be there, so it reserves nothing',
      name: 'team',
      own: [],
      users: [other()],
    },
    { why: 'nobody else is there', name: 'team', own: [], users: [] },
  ];
  for (const { why, name, own: listed, users, unlisted } of rows) {
    it(`is ${unlisted === undefined ? 'allowed' : 'forbidden'}: ${why}`, () => {
      const found = forbiddenSharing(name, own(...listed), users);
      const deployment = { namespace: 'other', name: 'web' };
      assert.deepEqual(found, unlisted === undefined ? [] : [{ deployment, unlisted }]);
    });
  }

  it('is not forbidden within one hub namespace, and reported once for each other one', () => {
    const inTeam = { ...other([], ['shop']), hubNamespace: 'team' };
    const more = { ...other([], ['shop']), name: 'api' };
    const found = forbiddenSharing('shop', own('shop'), [inTeam, more, other([], ['shop'])]);
    assert.deepEqual(
      found.map(({ deployment }) => deployment.name),
      ['api'],
    );
  });
});
