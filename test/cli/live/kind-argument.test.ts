import assert from 'node:assert/strict';
import { readKind } from '../../../src/cli/live/kind-argument.ts';
import { UsageError } from '../../../src/usage-error.ts';

describe('KIND', () => {
  const rows: [text: string, kind: string, why: string][] = [
    ['environment', 'Environment', 'the name'],
    ['Environments', 'Environment', 'the plural, in any case'],
    ['env', 'Environment', 'the short name'],
    ['WP', 'WorkloadProfile', 'a short name in capitals'],
    ['poldef', 'PolicyDefinition', 'another short name'],
    ['environments.spectrocloud.com', 'Environment', 'with the group, as kubectl prints it'],
    ['environments.v1beta1.spectrocloud.com', 'Environment', 'with version and group'],
  ];
  for (const [text, kind, why] of rows) {
    it(`${text} is ${kind}: ${why}`, () => assert.equal(readKind(text), kind));
  }

  it('of another kind is refused with the kinds and a suggestion', () => {
    assert.throws(
      () => readKind('enviroment'),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /did you mean "environment"\?.*policydefinitions/);
        return true;
      },
    );
  });

  it('is not a kind without revisions', () => assert.throws(() => readKind('wd'), UsageError));
});
