import assert from 'node:assert/strict';
import type { DefinitionRevision } from '../../../src/api/definition-revision.ts';
import { kindNamed } from '../../../src/api/kinds.ts';
import { schemaErrors } from '../../../src/api/validate.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { requestObject, stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

function definition(): Definition {
  const object = requestObject(
    environment('team', {
      labels: { tier: 'gold' },
      annotations: { owner: 'jane', 'argocd.argoproj.io/tracking-id': 'x' },
    }),
  );
  const versioned = { ...object, spec: { ...object.spec, version: '1.3.6' } };
  return stampedAs({ ...versioned, metadata: { ...versioned.metadata, uid: 'uid-1' } }, 4);
}

function revision(): DefinitionRevision {
  const stamp = readStamp(definition().metadata);
  assert.ok(stamp);
  return revisionOf('Environment', definition(), stamp);
}

describe('the record of a revision', () => {
  it('contains the content, without the annotations of mooring and of tools', () => {
    const { metadata, spec } = revision();
    assert.equal(metadata.name, 'environment.primary.v4');
    assert.deepEqual(spec.object.metadata, { labels: { tier: 'gold' }, annotations: { owner: 'jane' } });
    assert.deepEqual(spec.object.spec, definition().spec);
    assert.deepEqual([spec.kind, spec.name, spec.revision, spec.version], ['Environment', 'primary', 4, '1.3.6']);
  });

  it('has labels to find it by, and the uid of its owner', () => {
    const { labels, ownerReferences } = revision().metadata;
    assert.deepEqual(labels, {
      'spectrocloud.com/kind': 'Environment',
      'spectrocloud.com/name': 'primary',
      'spectrocloud.com/revision': '4',
      'spectrocloud.com/version': '1.3.6',
    });
    assert.equal(ownerReferences?.[0]?.uid, 'uid-1');
    assert.equal(ownerReferences[0].controller, true);
  });

  it('contains the hash, the size, the topology and the hub namespaces of an Environment as annotations', () => {
    const own = {
      'spectrocloud.com/revision-hash': revision().spec.hash,
      'spectrocloud.com/topology': 'topology-ocm',
    };
    const size = {
      'spectrocloud.com/content-bytes': revision().metadata.annotations?.['spectrocloud.com/content-bytes'],
    };
    assert.deepEqual(revision().metadata.annotations, { ...own, ...size });
    const stamped = definition();
    const annotations = { ...stamped.metadata.annotations, 'spectrocloud.com/allowed-hub-namespaces': 'prod' };
    const stamp = readStamp(stamped.metadata);
    assert.ok(stamp);
    const object = { ...stamped, metadata: { ...stamped.metadata, annotations } };
    assert.deepEqual(revisionOf('Environment', object, stamp).metadata.annotations, {
      ...own,
      'spectrocloud.com/allowed-hub-namespaces': 'prod',
      ...size,
    });
  });

  it('contains the stamp of a pinned topology', () => {
    const { metadata, ...rest } = definition();
    const stamp = readStamp(metadata);
    assert.ok(stamp);
    const annotation = 'spectrocloud.com/topology-revision';
    const text = 'mural-system/mine@v3#h1:a';
    const object = { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: text } } };
    const recorded = revisionOf('Environment', object, stamp);
    assert.equal(recorded.metadata.annotations?.[annotation], text);
    assert.equal(recorded.spec.hash, stamp.hash);
  });

  it('notes the size of the content', () => {
    const { metadata, spec } = revision();
    assert.equal(metadata.annotations?.['spectrocloud.com/content-bytes'], String(JSON.stringify(spec.object).length));
  });

  const topologies: [type: string, label: string | undefined, why: string][] = [
    ['topology-ocm', undefined, 'it is built in'],
    ['ours@v3', 'ours', 'lists of the users of a PolicyDefinition select it'],
    ['Ours!', undefined, 'it is not the name of an object, and not the value of a label'],
  ];
  for (const [type, label, why] of topologies) {
    it(`has ${label === undefined ? 'no label' : `label ${label}`} for topology ${type}: ${why}`, () => {
      const object: Definition = { ...definition(), spec: { topology: { type } } };
      const { metadata } = revisionOf('Environment', object, { revision: 1, hash: '' });
      assert.equal(metadata.labels?.['spectrocloud.com/topology'], label);
      assert.equal(metadata.annotations?.['spectrocloud.com/topology'], type);
    });
  }

  it('fits the schema of DefinitionRevisions', () => {
    const kind = kindNamed('DefinitionRevision');
    assert.ok(kind);
    assert.deepEqual(schemaErrors(kind, JSON.parse(JSON.stringify(revision()))), []);
  });
});
