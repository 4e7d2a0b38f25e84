import assert from 'node:assert/strict';
import type { DefinitionRevision } from '../../../../src/api/definition-revision.ts';
import type { KubeObject, ObjectMeta } from '../../../../src/api/object.ts';
import { sha256 } from '../../../../src/cli/sha256.ts';
import { restoredRevisionDoesNotFit } from '../../../../src/domain/admission/rules/restored-revision-does-not-fit.ts';
import { revisionOf } from '../../../../src/domain/revisions/record.ts';
import { specHash } from '../../../../src/domain/revisions/spec-since.ts';
import { readStamp } from '../../../../src/domain/revisions/revision.ts';
import { factsOf, findingsOf, requestObject, stampedAs } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

function recorded(): DefinitionRevision {
  const plain = requestObject(environment('team', { labels: { tier: 'gold' } }));
  const versioned = { ...plain, spec: { ...plain.spec, version: '1.3.6' } };
  const definition = stampedAs(versioned, 4);
  const stamp = readStamp(definition.metadata);
  assert.ok(stamp);
  const { metadata, ...rest } = revisionOf('Environment', definition, stamp);
  const { ownerReferences: _, ...ownerless } = metadata;
  return { ...rest, metadata: ownerless };
}

const base = recorded();
const withMetadata = (metadata: Partial<ObjectMeta>): KubeObject => ({
  ...base,
  metadata: { ...base.metadata, ...metadata },
});
const withSpec = (spec: object): KubeObject => ({ ...base, spec: { ...base.spec, ...spec } }) as KubeObject;
const withLabel = (key: string, value: string) =>
  withMetadata({ labels: { ...base.metadata.labels, [`spectrocloud.com/${key}`]: value } });
const withAnnotation = (key: string, value: string) =>
  withMetadata({ annotations: { ...base.metadata.annotations, [`spectrocloud.com/${key}`]: value } });
const { 'spectrocloud.com/revision-hash': hash = '', ...early } = base.metadata.annotations ?? {};
const owner = { apiVersion: 'spectrocloud.com/v1beta1', kind: 'Environment', name: 'primary', uid: 'uid-of-before' };

const withSpecSince = (text: string) => withAnnotation('spec-since', text);
const specSince = 'metadata.annotations[spectrocloud.com/spec-since]';

const cases: { what: string; object: KubeObject; paths: string[] }[] = [
  { what: 'a revision as it was recorded', object: base, paths: [] },
  { what: 'one without the hash in its metadata', object: withMetadata({ annotations: early }), paths: [] },
  {
    what: 'a label of a backup tool',
    object: withMetadata({ labels: { ...base.metadata.labels, 'velero.io/restore-name': 'a' } }),
    paths: [],
  },
  { what: 'hub namespaces', object: withAnnotation('allowed-hub-namespaces', 'prod'), paths: [] },
  {
    what: 'the revision that introduced its spec',
    object: withSpecSince(`v2#${specHash(base.spec.object, sha256)}`),
    paths: [],
  },
  { what: 'one that is later', object: withSpecSince(`v5#${specHash(base.spec.object, sha256)}`), paths: [specSince] },
  { what: 'one with another spec', object: withSpecSince(`v2#h1:${sha256('')}`), paths: [specSince] },
  { what: 'an owner', object: withMetadata({ ownerReferences: [owner] }), paths: ['metadata.ownerReferences'] },
  { what: 'another name', object: withMetadata({ name: 'environment.primary.v5' }), paths: ['metadata.name'] },
  { what: 'another hash', object: withSpec({ hash: `h1:${sha256('')}` }), paths: ['spec.hash'] },
  { what: 'another version', object: withSpec({ version: '9.0.0' }), paths: ['spec.version'] },
  { what: 'another label', object: withLabel('name', 'other'), paths: ['metadata.labels[spectrocloud.com/name]'] },
  {
    what: 'another number',
    object: withSpec({ revision: 9 }),
    paths: ['metadata.name', 'metadata.labels[spectrocloud.com/revision]'],
  },
  {
    what: 'another topology',
    object: withAnnotation('topology', 'other'),
    paths: ['metadata.annotations[spectrocloud.com/topology]'],
  },
  {
    what: 'the mark of a revision that is about to be pruned',
    object: withAnnotation('retiring', '2026-01-01T00:00:00Z'),
    paths: ['metadata.annotations[spectrocloud.com/retiring]'],
  },
  {
    what: 'another hash in the metadata',
    object: withAnnotation('revision-hash', `${hash}0`),
    paths: ['metadata.annotations[spectrocloud.com/revision-hash]'],
  },
  { what: 'no content', object: withSpec({ object: null }), paths: [] },
  {
    what: 'other content',
    object: withSpec({ object: { spec: null } }),
    paths: ['spec.hash'],
  },
];

describe('RestoredRevisionDoesNotFit', () => {
  for (const { what, object, paths } of cases) {
    it(`finds ${paths.length === 0 ? 'nothing' : paths.join(', ')} in ${what}`, () => {
      const found = findingsOf(restoredRevisionDoesNotFit, factsOf({ object }, { mayRestore: true }));
      const own = found.filter(({ path }) => paths.length === 0 || paths.includes(path));
      assert.deepEqual(
        own.map(({ path }) => path),
        paths,
      );
    });
  }

  it('is not about revisions of the controller, nor of users without the right', () => {
    assert.deepEqual(findingsOf(restoredRevisionDoesNotFit, factsOf({ object: withLabel('name', 'other') })), []);
  });
});
