import assert from 'node:assert/strict';
import { heldCondition } from '../../../../src/domain/admission/deletion/held-condition.ts';

const user = (namespace: string, name: string, kind = 'WorkloadDeployment') => ({ kind, namespace, name });
const wordsFor = (...users: ReturnType<typeof user>[]) => heldCondition('team', users).message?.split(';')[0];

describe('the condition of an object that waits for its users', () => {
  it('is Deleting, for the reason of the rule', () => {
    const { type, status, reason, message } = heldCondition('team', [user('team', 'web')]);
    assert.deepEqual({ type, status, reason }, { type: 'Deleting', status: 'True', reason: 'InUse' });
    assert.match(
      message ?? '',
      /^used by WorkloadDeployment team\/web; it is deleted when these are deleted or have other refs\./,
    );
    assert.match(message ?? '', /set annotation spectrocloud\.com\/acknowledge=InUse \(needs the verb override\)/);
  });

  it('names the users of its namespace in a stable order, and counts those of others', () => {
    assert.equal(
      wordsFor(user('far', 'secret'), user('team', 'web'), user('team', 'api'), user('away', 'secret')),
      'used by WorkloadDeployment team/api, team/web and 2 WorkloadDeployments in other namespaces',
    );
    assert.equal(wordsFor(user('far', 'secret')), 'used by 1 WorkloadDeployment in another namespace');
    assert.equal(
      wordsFor(user('far', 'a', 'Environment'), user('far', 'b')),
      'used by 1 Environment and 1 WorkloadDeployment in another namespace',
    );
  });

  it('is short, however many users there are', () => {
    const many = Array.from({ length: 5000 }, (_, index) => user('team', `web-${index}`));
    assert.match(heldCondition('team', many).message ?? '', /and 4995 more;/);
  });
});
