import assert from 'node:assert/strict';
import { grantCommand } from '../../../src/domain/admission/grant-command.ts';

const cases: [username: string, command: string, why: string][] = [
  ['alice', 'mooring hub-namespace allow prod --user alice', 'a user'],
  ['alice@example.com', 'mooring hub-namespace allow prod --user alice@example.com', 'a user with a mail address'],
  [
    "https://id/#o'neil",
    String.raw`mooring hub-namespace allow prod --user 'https://id/#o'\''neil'`,
    'a shell needs quotes',
  ],
  ['', "mooring hub-namespace allow prod --user ''", 'no name'],
  [
    'system:serviceaccount:argocd:controller',
    'mooring hub-namespace allow prod --serviceaccount argocd:controller',
    'a service account',
  ],
];

describe('the command that grants a namespace', () => {
  for (const [username, command, why] of cases) {
    it(`is ${command}: ${why}`, () => assert.equal(grantCommand('hub', 'prod', username), command));
  }

  it('names the kind of namespace', () => {
    assert.equal(grantCommand('spoke', 'shop', 'alice'), 'mooring spoke-namespace allow shop --user alice');
  });
});
