import assert from 'node:assert/strict';
import { metadataProblems } from '../../src/offline/metadata-problems.ts';

const problems = (kind: string, metadata: object) =>
  metadataProblems({
    apiVersion: 'spectrocloud.com/v1beta1',
    kind,
    metadata: { name: 'a', ...metadata },
  }).map(({ path, message }) => `${path}: ${message}`);

const rows: { what: string; kind?: string; metadata: object; says: RegExp[] }[] = [
  { what: 'valid metadata', metadata: { namespace: 'team-1', labels: { x: 'no' } }, says: [] },
  { what: 'a name of 63 characters', metadata: { name: 'a'.repeat(63) }, says: [] },
  {
    what: 'a longer name',
    metadata: { name: 'a'.repeat(64) },
    says: [/^metadata\.name: has 64 characters; at most 63/],
  },
  {
    what: 'the name of a revision of an object with a long name',
    kind: 'DefinitionRevision',
    metadata: { name: `environment.${'a'.repeat(63)}.v2` },
    says: [],
  },
  {
    what: 'a name that is too long for a revision',
    kind: 'DefinitionRevision',
    metadata: { name: 'a'.repeat(254) },
    says: [/^metadata\.name: has 254 characters; at most 253/],
  },
  { what: 'an invalid name', metadata: { name: 'Foo_Bar' }, says: [/^metadata\.name: "Foo_Bar" is not a name/] },
  {
    what: 'an invalid namespace',
    metadata: { namespace: 'Bad_NS' },
    says: [/^metadata\.namespace: "Bad_NS" is not a namespace: lower-case letters/],
  },
  { what: 'a dot in a namespace', metadata: { namespace: 'a.b' }, says: [/^metadata\.namespace: "a\.b" is not/] },
  {
    what: 'a namespace that is too long',
    metadata: { namespace: 'a'.repeat(64) },
    says: [/^metadata\.namespace: has 64 characters; at most 63/],
  },
  {
    what: 'labels and annotations that are not strings',
    metadata: { labels: { x: false, y: 'y' }, annotations: { z: 1 } },
    says: [
      /^metadata\.labels\[x\]: must be a string, not false/,
      /^metadata\.annotations\[z\]: must be a string, not 1/,
    ],
  },
  {
    what: 'labels that are not a map',
    metadata: { labels: ['x'] },
    says: [/^metadata\.labels: must be a map of strings/],
  },
];

describe('metadata that the API server rejects', () => {
  for (const { what, kind = 'Environment', metadata, says } of rows) {
    it(`${says.length === 0 ? 'does not include' : 'includes'} ${what}`, () => {
      const found = problems(kind, metadata);
      assert.equal(found.length, says.length, found.join('\n'));
      says.forEach((pattern, index) => assert.match(found[index] ?? '', pattern));
    });
  }
});
