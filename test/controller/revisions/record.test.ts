import assert from 'node:assert/strict';
import type { DefinitionRevision } from '../../../src/api/definition-revision.ts';
import { definitionRevisions } from '../../../src/api/kinds.ts';
import { record } from '../../../src/controller/revisions/record.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { requestObject, stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

function definition(uid = 'uid-1', labels: Record<string, string> = { tier: 'gold' }): Definition {
  const object = requestObject(
    environment('team', { labels, annotations: { owner: 'jane', 'argocd.argoproj.io/tracking-id': 'x' } }),
  );
  const versioned = { ...object, spec: { ...object.spec, version: '1.3.6' } };
  return stampedAs({ ...versioned, metadata: { ...versioned.metadata, uid } }, 4);
}

function revision(of: Definition = definition()): DefinitionRevision {
  const stamp = readStamp(of.metadata);
  assert.ok(stamp);
  return revisionOf('Environment', of, stamp);
}

const key = { namespace: 'team', name: 'environment.primary.v4' };

describe('recording a revision', () => {
  it('creates a DefinitionRevision', async () => {
    const client = createMemoryClient();
    assert.equal(await record(client, revision()), 'created');
    assert.equal((await client.get<DefinitionRevision>(definitionRevisions, key)).spec.revision, 4);
  });

  it('does not change one that an earlier leader created', async () => {
    const client = createMemoryClient([[definitionRevisions, revision()]]);
    assert.equal(await record(client, revision()), 'present');
  });

  it('does not change one whose hash has another format, if the content is the same', async () => {
    const present = revision();
    const recorded = { ...present, spec: { ...present.spec, hash: 'h2:abc' } };
    const client = createMemoryClient([[definitionRevisions, recorded]]);
    assert.equal(await record(client, revision()), 'present');
  });

  it('reports a conflict if the revision with this number has different content', async () => {
    const client = createMemoryClient([[definitionRevisions, revision()]]);
    assert.equal(await record(client, revision(definition('uid-1', { tier: 'silver' }))), 'conflict');
    const kept = await client.get<DefinitionRevision>(definitionRevisions, key);
    assert.equal(kept.spec.hash, revision().spec.hash);
  });

  it('creates nothing in a terminating namespace, without an error', async () => {
    const client = createMemoryClient();
    const details = { causes: [{ reason: 'NamespaceTerminating' }] };
    client.failNext('create', new ApiError('', { code: 403, reason: 'Forbidden', details }));
    assert.equal(await record(client, revision()), 'namespaceTerminating');
  });

  it('replaces the revision of an earlier object of the same name', async () => {
    const client = createMemoryClient([[definitionRevisions, revision(definition('uid-0'))]]);
    assert.equal(await record(client, revision()), 'created');
    assert.equal((await client.get(definitionRevisions, key)).metadata.ownerReferences?.[0]?.uid, 'uid-1');
  });

  it('fails if such a revision is not removed', async () => {
    const leftover = revision(definition('uid-0'));
    const held = { ...leftover, metadata: { ...leftover.metadata, finalizers: ['somebody/else'] } };
    await assert.rejects(record(createMemoryClient([[definitionRevisions, held]]), revision()), /is not removed/);
  });
});
