import assert from 'node:assert/strict';
import type { History } from '../../../../src/domain/refs/resolution.ts';
import type { Content } from '../../../../src/domain/revisions/revision.ts';
import { manifestOf, planRollback } from '../../../../src/domain/revisions/rollback/rollback.ts';
import type { Definition } from '../../../../src/domain/revisions/definition.ts';

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
  it('restores labels, annotations and spec, and removes what the old content lacks', () => {
    const object = live({}, { labels: { tier: 'gold', new: 'yes' }, annotations: { note: 'new', extra: 'yes' } });
    const content = old({ metadata: { labels: { tier: 'silver' }, annotations: { note: 'old' } } });
    const { metadata, spec } = planned(object, content).object;
    assert.deepEqual([metadata.labels, metadata.annotations, spec], [{ tier: 'silver' }, { note: 'old' }, { size: 1 }]);
  });

  it('leaves the bookkeeping labels of other tools unchanged', () => {
    const { metadata } = planned(live({}, { labels: { 'helm.sh/chart': 'web-2', tier: 'gold' } }), old()).object;
    assert.deepEqual(metadata.labels, { 'helm.sh/chart': 'web-2' });
  });

  it('leaves the bookkeeping annotations of other tools unchanged', () => {
    const bookkeeping = { 'argocd.argoproj.io/tracking-id': 'x' };
    const { metadata } = planned(live({}, { annotations: { ...bookkeeping, note: 'new' } }), old()).object;
    assert.deepEqual(metadata.annotations, bookkeeping);
  });

  const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

  it('gives the annotation of kubectl apply the old content, so that the next apply removes what its file lacks', () => {
    const object = live(
      { spec: { size: 2, version: '1.0.0' } },
      { annotations: { [lastApplied]: '{"spec":{"size":2}}' } },
    );
    const { metadata } = planned(object, old({ spec: { size: 1, tolerations: [] } })).object;
    assert.deepEqual(JSON.parse(metadata.annotations?.[lastApplied] ?? '').spec, {
      size: 1,
      tolerations: [],
      version: '1.0.1',
    });
  });

  it('leaves that annotation alone if the content is too long for an annotation', () => {
    const object = live({}, { annotations: { [lastApplied]: '{}' } });
    const { metadata } = planned(object, old({ spec: { text: 'x'.repeat(262_144) } })).object;
    assert.equal(metadata.annotations?.[lastApplied], '{}');
  });

  it('keeps uid, resourceVersion and finalizers, so that it conflicts with another edit', () => {
    const { metadata } = planned(live({}, { uid: 'u', finalizers: ['f'] }), old()).object;
    assert.deepEqual([metadata.resourceVersion, metadata.uid, metadata.finalizers], ['7', 'u', ['f']]);
  });

  it('is refused for an object that is being deleted', () => {
    const plan = planRollback(live({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), old(), { history: none });
    assert.deepEqual(plan, { state: 'refused', reason: 'BeingDeleted' });
  });

  it('is refused if only the version differs', () => {
    const object = live({ spec: { size: 1, version: '1.0.1' } });
    const plan = planRollback(object, old({ spec: { size: 1, version: '1.0.0' } }), { history: none });
    assert.deepEqual(plan, { state: 'refused', reason: 'SameContent' });
  });

  const versions: {
    why: string;
    current?: string;
    old?: string;
    requested?: string;
    history?: History;
    published?: string;
  }[] = [
    { why: 'an object without versions gets none' },
    { why: 'it continues the line of the live version', current: '1.4.0', old: '1.3.6', published: '1.4.1' },
    { why: 'it does so although the old content has no version', current: '1.4.0', published: '1.4.1' },
    { why: 'without a live version, it continues the line of the old one', old: '1.3.6', published: '1.3.7' },
    { why: 'the requested version takes precedence', current: '1.4.0', requested: '2.0.0', published: '2.0.0' },
    {
      why: 'a version of an older revision is not free',
      current: '1.4.0',
      history: { newest: { revision: 3, version: '1.4.0' }, recorded: [{ revision: 2, version: '1.4.5' }] },
      published: '1.4.6',
    },
  ];
  for (const { why, current, old: before, requested, history = none, published } of versions) {
    it(`publishes ${published ?? 'nothing'}: ${why}`, () => {
      const object = live({ spec: { size: 2, ...(current !== undefined && { version: current }) } });
      const content = old({ spec: { size: 1, ...(before !== undefined && { version: before }) } });
      const plan = planned(object, content, { history, ...(requested !== undefined && { version: requested }) });
      assert.equal(plan.version, published);
      assert.equal(plan.object.spec?.['version'], published);
    });
  }

  it('reads the versions of pruned revisions from the status', () => {
    const status = { revision: 9, versions: { '1.4': '1.4.8' } };
    assert.equal(planned(live({ spec: { size: 2, version: '1.4.0' }, status }), old()).version, '1.4.9');
  });
});

describe('manifestOf', () => {
  it('contains what people write, and neither bookkeeping nor what the API server sets', () => {
    const labels = { tier: 'gold', 'helm.sh/chart': 'web' };
    const annotations = { note: 'x', 'spectrocloud.com/revision': '4', 'spectrocloud.com/acknowledge': 'InUse' };
    const object = live({ status: { revision: 4 } }, { uid: 'u', finalizers: ['f'], labels, annotations });
    const { apiVersion, kind, spec } = object;
    const { name, namespace } = object.metadata;
    const metadata = {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: { tier: 'gold' },
      annotations: { note: 'x' },
    };
    assert.deepEqual(manifestOf(object), { apiVersion, kind, metadata, spec });
  });
});
