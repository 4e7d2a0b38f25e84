import assert from 'node:assert/strict';
import { readDeletion } from '../../../src/cli/files/deletion-argument.ts';
import { UsageError } from '../../../src/usage-error.ts';

describe('an object to delete', () => {
  for (const kind of ['Environment', 'env', 'ENVIRONMENTS']) {
    it(`is read from ${kind}/team/primary`, () => {
      assert.deepEqual(readDeletion(`${kind}/team/primary`), {
        kind: 'Environment',
        namespace: 'team',
        name: 'primary',
      });
    });
  }

  const bad: [argument: string, message: RegExp, why: string][] = [
    ['Environment/primary', /use KIND\/NAMESPACE\/NAME/, 'the namespace is missing'],
    ['Environment/a/b/c', /use KIND\/NAMESPACE\/NAME/, 'a part too many'],
    ['Environment//b', /use KIND\/NAMESPACE\/NAME/, 'the namespace is empty'],
    ['Enviroment/a/b', /did you mean "Environment"/, 'a mistyped kind'],
    ['Workload/a/b', /there is no kind Workload/, 'Workloads are not on the hub'],
  ];
  for (const [argument, message, why] of bad) {
    it(`is refused as ${argument}: ${why}`, () => {
      assert.throws(
        () => readDeletion(argument),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});
