import assert from 'node:assert/strict';
import { hubNamespaceBlock } from '../../../src/domain/render/hub-namespace-block.ts';
import type { HubObject } from '../../../src/domain/render/hub-objects.ts';

const inNamespace = (namespace: string): HubObject => ({
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { name: 'p', namespace, labels: {}, annotations: {} },
});
const environment = { namespace: 'team', name: 'primary', revision: 3 };

const cases: { objects: string[]; allowed: string[]; blocked: boolean; why: string }[] = [
  { objects: [], allowed: [], blocked: false, why: 'nothing is written' },
  { objects: ['shared'], allowed: [], blocked: false, why: 'every Environment may use it' },
  { objects: ['prod'], allowed: ['prod'], blocked: false, why: 'it is stamped' },
  { objects: ['prod'], allowed: [], blocked: true, why: 'it is not stamped' },
  { objects: ['shared', 'prod'], allowed: ['dev'], blocked: true, why: 'one of two objects is elsewhere' },
];

describe('hub namespaces of a render', () => {
  for (const { objects, allowed, blocked, why } of cases) {
    it(`are ${blocked ? '' : 'not '}a block for objects in [${objects.join()}] and the stamp [${allowed.join()}]: ${why}`, () => {
      const block = hubNamespaceBlock(objects.map(inNamespace), { environment, allowed, shared: ['shared'] });
      assert.equal(block?.reason, blocked ? 'HubNamespaceNotAllowed' : undefined);
    });
  }

  it('are named in the message, with what to do', () => {
    const block = hubNamespaceBlock([inNamespace('prod')], { environment, allowed: [], shared: [] });
    assert.equal(
      block?.message,
      'revision 3 of Environment team/primary names hub namespace prod, and no user who may use it has set it there: ' +
        "let a user with the verb use on hubnamespaces.spectrocloud.com/prod run `kubectl patch environment primary -n team --type merge -p '{}'`",
    );
  });
});
