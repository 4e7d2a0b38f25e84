import assert from 'node:assert/strict';
import { gatherMissingRights } from '../../../src/webhook/gather/rights.ts';
import { gatherContextOf, gathered } from '../../support/gathering.ts';
import { deployment } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

describe('the missing rights of a request', () => {
  const foreign = placedDeployment({ environmentNamespace: 'platform' });

  it('are the needed rights that the API server denies', async () => {
    const asked: string[] = [];
    const context = gatherContextOf([], {
      isAllowed: ({ username }, { verb, resource, namespace }) => {
        asked.push(`${username} ${verb} ${resource} in ${namespace}`);
        return Promise.resolve(false);
      },
    });
    const { missingRights = [] } = await gathered(gatherMissingRights, { object: foreign }, context);
    assert.deepEqual(asked, ['jane use environments in platform']);
    assert.deepEqual(
      missingRights.map(({ path, verb }) => [path, verb]),
      [['spec.environmentRef.name', 'use']],
    );
  });

  it('are absent if all are granted', async () => {
    assert.deepEqual(await gathered(gatherMissingRights, { object: foreign }), {});
  });

  it('are not checked if the request needs no rights', async () => {
    const context = gatherContextOf([], { isAllowed: () => Promise.reject(new Error('a right was checked')) });
    assert.deepEqual(await gathered(gatherMissingRights, { object: deployment('team') }, context), {});
    assert.deepEqual(await gathered(gatherMissingRights, { oldObject: foreign }, context), {});
  });
});
