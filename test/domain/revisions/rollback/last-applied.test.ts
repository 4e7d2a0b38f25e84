import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/api/object.ts';
import { lastAppliedText } from '../../../../src/domain/revisions/rollback/last-applied.ts';

const object = (metadata: JsonObject = {}, spec: JsonObject = { size: 1 }) => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Environment',
  metadata: { name: 'primary', namespace: 'team', uid: 'u', ...metadata },
  spec,
});
const text = (previous: string, of = object()) => lastAppliedText(previous, of);

describe('lastAppliedText', () => {
  it('is what kubectl writes when it applies the content', () => {
    const labels = { tier: 'gold', 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    const annotations = { note: 'x', 'spectrocloud.com/revision': '4' };
    assert.equal(
      text('{}', object({ labels, annotations })),
      '{"apiVersion":"spectrocloud.com/v1beta1","kind":"Environment","metadata":{"annotations":{"note":"x"},"labels":{"tier":"gold"},"name":"primary","namespace":"team"},"spec":{"size":1}}\n',
    );
  });

  it('keeps bookkeeping that was applied with the object, and no other labels and annotations', () => {
    const labels = { 'helm.sh/chart': 'web', tier: 'silver' };
    const annotations = { 'spectrocloud.com/acknowledge': 'InUse', note: 'y' };
    const { metadata } = JSON.parse(text(JSON.stringify({ metadata: { labels, annotations, finalizers: ['f'] } })));
    assert.deepEqual(metadata, {
      annotations: { 'spectrocloud.com/acknowledge': 'InUse' },
      labels: { 'helm.sh/chart': 'web' },
      finalizers: ['f'],
      name: 'primary',
      namespace: 'team',
    });
  });

  it('keeps integers of 64 bits', () => {
    assert.match(text('{}', object({}, { id: 9007199254740993n })), /"id":9007199254740993/);
  });

  for (const malformed of ['', '{', '[]', 'null', '{"metadata":7}']) {
    it(`replaces a malformed annotation: ${malformed}`, () => {
      assert.equal(text(malformed), text('{}'));
    });
  }
});
