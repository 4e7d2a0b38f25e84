import assert from 'node:assert/strict';
import { sha256 } from '../../../src/cli/sha256.ts';
import type { KnownRevision } from '../../../src/domain/refs/resolution.ts';
import {
  changesOnlyMetadata,
  formatSpecSince,
  readSpecSince,
  specHash,
  specSinceOf,
} from '../../../src/domain/revisions/spec-since.ts';
import { environment } from '../../support/manifests.ts';

const object = environment('team');
const labelled = environment('team', { labels: { edition: '2' } });
const hash = specHash(object, sha256);

describe('the revision that introduced a spec', () => {
  const at = (predecessor: KnownRevision | undefined, of = labelled) =>
    specSinceOf(of, 5, { hash: sha256, predecessor });

  it('is an earlier one if only labels and annotations have changed since', () => {
    assert.deepEqual(at({ revision: 4, specSince: { revision: 2, hash } }), { revision: 2, hash });
  });

  const itself: [why: string, predecessor: KnownRevision | undefined][] = [
    ['it is the first one', undefined],
    ['the spec has changed', { revision: 4, specSince: { revision: 2, hash: 'h1:other' } }],
    ['an early version of mooring recorded the one before', { revision: 4 }],
    ['the one before is not known', { revision: 3, specSince: { revision: 2, hash } }],
  ];
  for (const [why, predecessor] of itself) {
    it(`is the revision itself if ${why}`, () => {
      assert.deepEqual(at(predecessor), { revision: 5, hash });
    });
  }

  it('is read from an annotation as it was written', () => {
    const annotations = { 'spectrocloud.com/spec-since': formatSpecSince({ revision: 2, hash }) };
    assert.deepEqual(readSpecSince({ name: 'a', annotations }, 5), { revision: 2, hash });
  });

  for (const text of ['', 'v0#h1:a', 'v6#h1:a', 'v2', 'v2#', '2#h1:a', 'v2#h1:a b', 7]) {
    it(`is not known from ${JSON.stringify(text)}`, () => {
      const annotations = { 'spectrocloud.com/spec-since': text } as unknown as Record<string, string>;
      assert.equal(readSpecSince({ name: 'a', annotations }, 5), undefined);
    });
  }

  it('tells whether an edit changed only metadata', () => {
    assert.equal(changesOnlyMetadata({ revision: 5, specSince: { revision: 2, hash } }), true);
    assert.equal(changesOnlyMetadata({ revision: 5, specSince: { revision: 5, hash } }), false);
    assert.equal(changesOnlyMetadata({ revision: 5 }), false, 'not if it is not known');
  });
});
