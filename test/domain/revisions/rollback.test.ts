import assert from 'node:assert/strict';
import type { History } from '../../../src/domain/refs/resolution.ts';
import type { Content } from '../../../src/domain/revisions/revision.ts';
import { planRollback } from '../../../src/domain/revisions/rollback.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

const none: History = { newest: { revision: 2 }, recorded: [] };

function live(change: Partial<Definition> = {}, metadata: Partial<Definition['metadata']> = {}): Definition {
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'Environment',
    metadata: { namespace: 'team', name: 'primary', resourceVersion: '7', ...metadata },
    spec: { size: 2 },
    ...change,
  };
}

const old = (change: Partial<Content> = {}): Content => ({ metadata: {}, spec: { size: 1 }, ...change });

function planned(object: Definition, content: Content, options: { version?: string; history?: History } = {}) {
  const plan = planRollback(object, content, { history: none, ...options });
  assert.ok(plan.state === 'planned');
  return plan;
}

describe('the plan of a rollback', () => {
  it('brings back labels, annotations and spec, and takes away what was not there', () => {
    const object = live({}, { labels: { tier: 'gold', new: 'yes' }, annotations: { note: 'new', extra: 'yes' } });
    const content = old({ metadata: { labels: { tier: 'silver' }, annotations: { note: 'old' } } });
    const { metadata, spec } = planned(object, content).object;
    assert.deepEqual([metadata.labels, metadata.annotations, spec], [{ tier: 'silver' }, { note: 'old' }, { size: 1 }]);
  });

  it('leaves the books of other tools as they are', () => {
    const books = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'argocd.argoproj.io/tracking-id': 'x' };
    const { metadata } = planned(live({}, { annotations: { ...books, note: 'new' } }), old()).object;
    assert.deepEqual(metadata.annotations, books);
  });

  it('keeps identity, resourceVersion and finalizers, so that an edit meanwhile is a conflict', () => {
    const { metadata } = planned(live({}, { uid: 'u', finalizers: ['f'] }), old()).object;
    assert.deepEqual([metadata.resourceVersion, metadata.uid, metadata.finalizers], ['7', 'u', ['f']]);
  });

  it('refuses an object that is being deleted', () => {
    const plan = planRollback(live({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), old(), { history: none });
    assert.deepEqual(plan, { state: 'refused', reason: 'BeingDeleted' });
  });

  it('refuses what is the same already, whatever the version', () => {
    const object = live({ spec: { size: 1, version: '1.0.1' } });
    const plan = planRollback(object, old({ spec: { size: 1, version: '1.0.0' } }), { history: none });
    assert.deepEqual(plan, { state: 'refused', reason: 'SameContent' });
  });

  const versions: {
    why: string;
    now?: string;
    old?: string;
    asked?: string;
    history?: History;
    published?: string;
  }[] = [
    { why: 'an object without versions stays without' },
    { why: 'the line of the live version goes on', now: '1.4.0', old: '1.3.6', published: '1.4.1' },
    { why: 'also where the old content had none', now: '1.4.0', published: '1.4.1' },
    { why: 'without a live one, the line of the old', old: '1.3.6', published: '1.3.7' },
    { why: 'the asked one goes before all', now: '1.4.0', asked: '2.0.0', published: '2.0.0' },
    {
      why: 'what older revisions have published is not free',
      now: '1.4.0',
      history: { newest: { revision: 3, version: '1.4.0' }, recorded: [{ revision: 2, version: '1.4.5' }] },
      published: '1.4.6',
    },
  ];
  for (const { why, now, old: before, asked, history = none, published } of versions) {
    it(`publishes ${published ?? 'nothing'}: ${why}`, () => {
      const object = live({ spec: { size: 2, ...(now !== undefined && { version: now }) } });
      const content = old({ spec: { size: 1, ...(before !== undefined && { version: before }) } });
      const plan = planned(object, content, { history, ...(asked !== undefined && { version: asked }) });
      assert.equal(plan.version, published);
      assert.equal(plan.object.spec?.['version'], published);
    });
  }

  it('knows from the status what pruned revisions have published', () => {
    const status = { revision: 9, versions: { '1.4': '1.4.8' } };
    assert.equal(planned(live({ spec: { size: 2, version: '1.4.0' }, status }), old()).version, '1.4.9');
  });
});
