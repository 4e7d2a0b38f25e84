import assert from 'node:assert/strict';
import { manifestText, spokeNamespace, workManifests } from '../../../src/domain/render/work-manifests.ts';
import { deployment } from '../../support/manifests.ts';

const components = [{ name: 'ui', type: 'webservice' }];

describe('the manifests for the spokes', () => {
  it('are the Namespace, then the Workload in it', () => {
    assert.deepEqual(workManifests(deployment('apps', { name: 'shop', spokeNamespace: 'web' }), components), [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
      {
        apiVersion: 'spectrocloud.com/v1beta1',
        kind: 'Workload',
        metadata: { name: 'shop', namespace: 'web' },
        spec: { components },
      },
    ]);
  });

  it('are for the namespace of the deployment unless it names another one', () => {
    const { spec, ...rest } = deployment('apps');
    const unnamed = { ...rest, spec: { ...spec, workload: { name: 'shop' } } };
    assert.equal(spokeNamespace(unnamed), 'apps');
    assert.equal(spokeNamespace(deployment('apps', { spokeNamespace: 'web' })), 'web');
  });

  it('have the labels and annotations that the deployment requests for each of them', () => {
    const { spec, ...rest } = deployment('apps');
    const workload = {
      ...spec.workload,
      metadata: { labels: { a: '1' } },
      namespaceMetadata: { annotations: { __proto__x: '2', constructor: '3' } },
    };
    const [namespace, workloadManifest] = workManifests({ ...rest, spec: { ...spec, workload } }, components);
    assert.deepEqual(namespace?.['metadata'], { name: 'apps', annotations: { __proto__x: '2', constructor: '3' } });
    assert.deepEqual(workloadManifest?.['metadata'], { name: 'web', namespace: 'apps', labels: { a: '1' } });
  });

  it('give the Workload the annotations for rendering of the deployment, unless the spec sets them', () => {
    const { spec, metadata, ...rest } = deployment('apps');
    const annotations = {
      'rendering.spectrocloud.com/engine': 'helm',
      'rendering.spectrocloud.com/mode': 'fast',
      // The work agent would remove annotation `rendering.spectrocloud.com/engine`.
      'rendering.spectrocloud.com/engine-': 'x',
      'spectrocloud.com/revision': '1',
      note: 'x',
    };
    const object = { ...rest, metadata: { ...metadata, annotations }, spec };
    const [namespace, workload] = workManifests(object, components);
    const {
      note: _,
      'spectrocloud.com/revision': __,
      'rendering.spectrocloud.com/engine-': ___,
      ...copied
    } = annotations;
    assert.deepEqual(namespace?.['metadata'], { name: 'apps' });
    assert.deepEqual(workload?.['metadata'], { name: 'web', namespace: 'apps', annotations: copied });
    const own = { annotations: { 'rendering.spectrocloud.com/mode': 'slow', a: '1' }, labels: { b: '2' } };
    const [, added] = workManifests(
      { ...object, spec: { ...spec, workload: { ...spec.workload, metadata: own } } },
      components,
    );
    assert.deepEqual(added?.['metadata'], {
      name: 'web',
      namespace: 'apps',
      labels: { b: '2' },
      annotations: { ...copied, 'rendering.spectrocloud.com/mode': 'slow', a: '1' },
    });
  });

  it('are JSON without characters that YAML does not allow or folds', () => {
    const manifest = { text: 'a\u007f\u0085\u2028\ufeff\n"ä😀' };
    const text = manifestText(manifest);
    assert.equal(text, '{"text":"a\\u007f\\u0085\\u2028\\ufeff\\n\\"ä😀"}');
    assert.deepEqual(JSON.parse(text), manifest);
  });
});
