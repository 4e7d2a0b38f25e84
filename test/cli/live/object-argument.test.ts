import assert from 'node:assert/strict';
import { refuseMore, readObject, readRevision } from '../../../src/cli/live/object-argument.ts';
import { UsageError } from '../../../src/usage-error.ts';

const newest = { kind: 'newest' };

describe('arguments that name an object', () => {
  const rows: { args: string[]; read: object; why: string }[] = [
    {
      args: ['env', 'a'],
      read: { kind: 'Environment', ref: { name: 'a', selector: newest }, rest: [] },
      why: 'kind and name',
    },
    {
      args: ['wp/a', '@v1'],
      read: { kind: 'WorkloadProfile', ref: { name: 'a', selector: newest }, rest: ['@v1'] },
      why: 'with a slash',
    },
    {
      args: ['env', 'a@v2', '@v3'],
      read: { kind: 'Environment', ref: { name: 'a', selector: { kind: 'number', number: 2 } }, rest: ['@v3'] },
      why: 'with revisions',
    },
  ];
  for (const { args, read, why } of rows) {
    it(`are read from ${args.join(' ')}: ${why}`, () => assert.deepEqual(readObject(args), read));
  }

  const bad: [args: string[], why: string][] = [
    [[], 'nothing at all'],
    [['env'], 'no name'],
    [['env/'], 'no name after the slash'],
    [['env', 'a@3'], 'no v'],
    [['env', 'A'], 'not a valid name'],
    [['pod', 'a'], 'not one of our kinds'],
  ];
  for (const [args, why] of bad) {
    it(`are refused for ${JSON.stringify(args)}: ${why}`, () => assert.throws(() => readObject(args), UsageError));
  }
});

describe('an argument that is a revision', () => {
  it('begins with @v', () => {
    assert.deepEqual(readRevision('@v1.3'), { kind: 'line', major: 1, minor: 3 });
    for (const text of ['v1', '@1', '@v', '@vx', '@v0']) assert.throws(() => readRevision(text), UsageError);
  });
});

describe('further arguments', () => {
  it('are refused', () => {
    refuseMore([]);
    assert.throws(() => refuseMore(['x']), UsageError);
  });
});
