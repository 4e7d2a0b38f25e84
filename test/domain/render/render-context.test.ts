import assert from 'node:assert/strict';
import { renderContext, type ContextSource } from '../../../src/domain/render/render-context.ts';

const source: ContextSource = {
  environment: 'prod',
  names: { deployment: { namespace: 'apps', name: 'shop-prod' }, namespace: 'web', workload: 'shop' },
  metadata: {},
  profileRevision: 7,
  components: [{ name: 'ui', type: 'webservice' }],
  workloadYamls: ['{}'],
};

describe('the context of a render', () => {
  it('has the names of mooring and of KubeVela', () => {
    assert.deepEqual(renderContext(source), {
      name: 'shop',
      workloadName: 'shop',
      namespace: 'web',
      deployment: { namespace: 'apps', name: 'shop-prod' },
      appName: 'shop-prod',
      appRevision: 'shop-prod-v7',
      appRevisionNum: 7,
      appLabels: {},
      appAnnotations: {},
      components: [{ name: 'ui', type: 'webservice' }],
      environment: 'prod',
      workloadYamls: ['{}'],
    });
  });

  it('has the labels and annotations of people, so that the records of tools cause no new render', () => {
    const { appLabels, appAnnotations } = renderContext({
      ...source,
      metadata: {
        labels: { team: 'a', 'helm.sh/chart': 'shop-1.0', 'spectrocloud.com/note': 'x' },
        annotations: {
          'example.com/owner': 'b',
          'spectrocloud.com/environment-revision': 'apps/prod@v1',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
        },
      },
    });
    assert.deepEqual(appLabels, { team: 'a', 'spectrocloud.com/note': 'x' });
    assert.deepEqual(appAnnotations, { 'example.com/owner': 'b' });
  });
});
