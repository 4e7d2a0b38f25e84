import assert from 'node:assert/strict';
import { parseHubArguments } from '../../../../deploy/local/hub/arguments.ts';
import { UsageError } from '../../../../src/usage-error.ts';

const defaults = { withoutOcm: false, withoutMooring: false, rules: [], controllerFlags: [] };

describe('the command line of the local hub', () => {
  it('reads what up is asked for', () => {
    const words =
      'up --spokes 3 --without-ocm --rule VersionReused=warn --rule RevisionNotFound=off --directory d'.split(' ');
    assert.deepEqual(parseHubArguments(words), {
      verb: 'up',
      directory: 'd',
      spokes: 3,
      withoutOcm: true,
      withoutMooring: false,
      rules: ['VersionReused=warn', 'RevisionNotFound=off'],
      controllerFlags: [],
    });
  });

  it('leaves the number of spokes open unless it is given, because an existing hub has its own', () => {
    assert.deepEqual(parseHubArguments(['up']), { verb: 'up', ...defaults });
  });

  it('reads status and down', () => {
    assert.deepEqual(parseHubArguments(['status']), { verb: 'status' });
    assert.deepEqual(parseHubArguments(['down', '--purge']), { verb: 'down', purge: true });
    assert.deepEqual(parseHubArguments(['up', '--help']), { verb: 'help' });
  });

  const wrong = [
    { words: '', why: 'nothing is asked for' },
    { words: 'restart', why: 'no such verb' },
    { words: 'up now', why: 'up takes flags only' },
    { words: 'up --fast', why: 'no such flag' },
    { words: 'up --purge', why: 'a flag of another verb' },
    { words: 'down --spokes 2', why: 'a flag of another verb' },
    { words: 'up --spokes', why: 'the value is missing' },
    { words: 'up --spokes two', why: 'not a number' },
    { words: 'up --spokes 10', why: 'more than the machine bears' },
    { words: 'up --rule NoSuchRule=warn', why: 'no such rule' },
    { words: 'up --rule VersionReused', why: 'no severity' },
    { words: 'up --rule VersionReused=maybe', why: 'no such severity' },
  ];
  for (const { words, why } of wrong) {
    it(`refuses "${words}" in one line: ${why}`, () => {
      const given = words.split(' ').filter((word) => word !== '');
      assert.throws(
        () => parseHubArguments(given),
        (error) => error instanceof UsageError && !error.message.includes('\n'),
      );
    });
  }
});
