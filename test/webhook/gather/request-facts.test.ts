import assert from 'node:assert/strict';
import { asObject, requestFacts } from '../../../src/webhook/gather/request-facts.ts';
import { environment } from '../../support/manifests.ts';
import { deletionOf } from '../../support/deletion-request.ts';
import { requestFor } from '../../support/webhook-sources.ts';

describe('the facts about a request', () => {
  it('contain the user, the operation and the object', () => {
    const { phase, operation, kind, namespace, name, username } = requestFacts(
      requestFor(environment('team')),
      'validate',
    );
    assert.deepEqual(
      { phase, operation, kind, namespace, name },
      { phase: 'validate', operation: 'CREATE', kind: 'Environment', namespace: 'team', name: 'primary' },
    );
    assert.notEqual(username, '');
  });

  it('contain the old and the new object, if there are any', () => {
    const [object, oldObject] = [environment('team', { labels: { a: 'b' } }), environment('team')];
    const update = requestFacts(requestFor(object, oldObject), 'mutate');
    assert.deepEqual([update.object?.metadata.labels, update.oldObject?.spec], [{ a: 'b' }, update.object?.spec]);
    const deletion = requestFacts(deletionOf(oldObject), 'validate');
    assert.deepEqual(['object' in deletion, 'oldObject' in deletion], [false, true]);
  });

  it('do not exist for CONNECT', () => {
    const request = { ...requestFor(environment('team')), operation: 'CONNECT' as const };
    assert.throws(() => requestFacts(request, 'validate'), TypeError);
  });

  describe('without the defaults of a previous topology', () => {
    const lifecycle = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
    const placement = { placementRefs: [{ name: 'gpu' }] };
    const old = environment('team', { lifecycle });
    const withProperties = (properties: Record<string, object>) =>
      environment('team', {
        topology: { type: 'topology-ocm-byop', properties: JSON.parse(JSON.stringify(properties)) },
      });

    it('also contain the object as it was sent', () => {
      const object = withProperties({
        manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle } },
        ...placement,
      });
      const request = requestFacts(requestFor(object, old), 'mutate');
      assert.deepEqual(request.object?.spec?.['topology'], { type: 'topology-ocm-byop', properties: placement });
      assert.deepEqual(request.submitted?.spec, JSON.parse(JSON.stringify(object.spec)));
    });

    it('keep values that are not defaults, because the user wrote them', () => {
      const written = withProperties({
        manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { ...lifecycle, workload: { orphan: true } } } },
      });
      assert.equal(requestFacts(requestFor(written, old), 'mutate').submitted, undefined);
    });
  });
});

describe('an object of a request', () => {
  it('has metadata, even if the request has none', () => {
    assert.deepEqual(asObject({ kind: 'Environment' }), { kind: 'Environment', metadata: {} });
    assert.deepEqual(asObject({ metadata: { name: 'a' } }), { metadata: { name: 'a' } });
  });
});
