import assert from 'node:assert/strict';
import { foreignObjects, messageWithoutForeignText } from '../../../src/domain/status/foreign-text.ts';

const place = { namespace: 'team', systemNamespace: 'mural-system' };
const foreignOf = (environmentIn: string, profileIn: string) =>
  foreignObjects(
    {
      environment: { namespace: environmentIn, name: 'primary' },
      workloadProfile: { namespace: profileIn, name: 'web' },
    },
    place,
  );

describe('the text of a status', () => {
  it('may quote objects of the namespace of the deployment and of the system namespace', () => {
    assert.deepEqual(foreignOf('team', 'team'), []);
    assert.deepEqual(foreignOf('mural-system', 'mural-system'), []);
    assert.equal(messageWithoutForeignText('the render fails', 'size: 7 is too large', []), 'size: 7 is too large');
  });

  it('says where to ask for a cause that may quote others', () => {
    assert.deepEqual(foreignOf('other', 'team'), ['Environment other/primary']);
    assert.deepEqual(foreignOf('team', 'other'), ['WorkloadProfile other/web']);
    const message = messageWithoutForeignText('the render fails', 'secret', foreignOf('other', 'third'));
    assert.equal(
      message,
      'the render fails. The cause may quote Environment other/primary and WorkloadProfile third/web, so it is not shown in this namespace: ask those who maintain Environment other/primary and WorkloadProfile third/web; `mooring render` shows it',
    );
  });
});
