import assert from 'node:assert/strict';
import { readKubeConfigFile } from '../../../src/kube/kubeconfig/kubeconfig-file.ts';
import { mergeKubeConfigs } from '../../../src/kube/kubeconfig/merge.ts';

describe('mergeKubeConfigs', () => {
  const read = (content: object) => readKubeConfigFile(JSON.stringify(content), '/config');
  const first = read({
    clusters: [{ name: 'c', cluster: { server: 'https://first' } }],
    users: [{ name: 'u', user: { token: 'first' } }],
  });
  const second = read({
    'current-context': 'second',
    clusters: [{ name: 'c', cluster: { server: 'https://second', 'tls-server-name': 'second' } }],
    users: [{ name: 'other', user: {} }],
  });
  const third = read({ 'current-context': 'third', contexts: [{ name: 'x', context: { cluster: 'c' } }] });

  it('takes the first definition of a name as a whole, and the first current-context', () => {
    const merged = mergeKubeConfigs([first, second, third]);
    assert.equal(merged.currentContext, 'second');
    assert.deepEqual(merged.clusters.get('c'), first.clusters.get('c'));
    assert.deepEqual([...merged.users.keys()].toSorted(), ['other', 'u']);
    assert.equal(merged.contexts.get('x')?.cluster, 'c');
  });

  it('gives an empty configuration for no files', () => {
    assert.equal(mergeKubeConfigs([]).contexts.size, 0);
  });
});
