import assert from 'node:assert/strict';
import type { JsonValue } from '../../../../../src/api/object.ts';
import { ApiError } from '../../../../../src/kube/client/errors.ts';
import { KindDirectory, parseResources } from '../../../../../deploy/local/ocm-stand-in/agent/kind-directory.ts';

const list: JsonValue = {
  resources: [
    { name: 'workloads', kind: 'Workload', namespaced: true },
    { name: 'workloads/status', kind: 'Workload', namespaced: true },
  ],
};
const workloads = {
  group: 'spectrocloud.com',
  version: 'v1beta1',
  kind: 'Workload',
  plural: 'workloads',
  namespaced: true,
};

describe('OCM stand-in: KindDirectory', () => {
  it('does not contain subresources', () => {
    assert.deepEqual(parseResources('spectrocloud.com/v1beta1', list), [workloads]);
  });

  it('requests an existing kind once, and a missing kind each time', async () => {
    const answers: (JsonValue | ApiError)[] = [new ApiError('none', { code: 404, reason: 'NotFound' }), list];
    const requests: string[] = [];
    const kinds = new KindDirectory({
      raw: (_method, path) => {
        requests.push(path);
        const answer = answers.shift() ?? null;
        return answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer);
      },
    });
    assert.equal(await kinds.find('spectrocloud.com/v1beta1', 'Workload'), undefined);
    assert.deepEqual(await kinds.find('spectrocloud.com/v1beta1', 'Workload'), workloads);
    assert.deepEqual(await kinds.find('spectrocloud.com/v1beta1', 'Workload'), workloads);
    assert.deepEqual(requests, ['/apis/spectrocloud.com/v1beta1', '/apis/spectrocloud.com/v1beta1']);
  });
});
