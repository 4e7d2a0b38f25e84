import assert from 'node:assert/strict';
import { placements } from '../../src/api/ocm.ts';
import { namespaceNotFound, refusalOf } from '../../src/controller/hub-refusal.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { configMaps } from '../support/config-maps.ts';
import { forbidden, namespaceNamed, withHubRights } from '../support/hub-rights.ts';
import { createMemoryClient } from '../support/memory-client.ts';

const write = { resource: placements, namespace: 'hub', verbs: ['create', 'patch'] };
const onHub = (...denied: string[]) => withHubRights(createMemoryClient([namespaceNamed('hub')]), denied);

describe('a refused write on the hub', () => {
  it('is in a hub namespace that is not open if any of its verbs is missing', async () => {
    for (const denied of [['patch hub'], ['create hub'], ['create hub', 'patch hub']]) {
      assert.equal((await refusalOf(onHub(...denied), forbidden(), write))?.reason, 'HubNamespaceNotOpen');
    }
  });

  it('names the missing right on another kind, which a hub namespace that is open may lack too', async () => {
    const failure = await refusalOf(onHub('create hub'), forbidden(), { ...write, resource: configMaps });
    assert.equal(failure?.reason, 'HubNamespaceNotOpen');
    assert.match(
      failure.message,
      /no right to write configmaps in hub namespace hub: .* as in deploy\/topology-kinds$/,
    );
  });

  it('is refused by something else if the controller has the right, or for another error', async () => {
    assert.equal(await refusalOf(onHub('delete hub'), forbidden(), write), undefined);
    for (const error of [new Error('x'), new ApiError('no', { code: 422, reason: 'Invalid' })]) {
      assert.equal(await refusalOf(onHub('patch hub'), error, write), undefined);
    }
  });

  it('is in a namespace that does not exist', async () => {
    const failure = await refusalOf(withHubRights(createMemoryClient(), ['patch hub']), forbidden(), write);
    assert.deepEqual(failure, namespaceNotFound('hub'));
  });
});
