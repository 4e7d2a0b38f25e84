import assert from 'node:assert/strict';
import { parseHubArguments } from '../../../../deploy/local/hub/arguments.ts';
import { UsageError } from '../../../../src/usage-error.ts';

const defaults = { withoutOcm: false, withoutMooring: false, rules: [], controllerFlags: [] };

describe('the command line of the local hub', () => {
  it('has flags for up', () => {
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

  it('does not set the number of spokes by default, because an existing hub has one', () => {
    assert.deepEqual(parseHubArguments(['up']), { verb: 'up', ...defaults });
  });

  it('has the verbs status and down, and --help', () => {
    assert.deepEqual(parseHubArguments(['status']), { verb: 'status' });
    assert.deepEqual(parseHubArguments(['down', '--purge']), { verb: 'down', purge: true });
    assert.deepEqual(parseHubArguments(['up', '--help']), { verb: 'help' });
  });

  const wrong = [
    { words: '', why: 'the verb is missing' },
    { words: 'restart', why: 'the verb does not exist' },
    { words: 'up now', why: 'up takes flags only' },
    { words: 'up --fast', why: 'the flag does not exist' },
    { words: 'up --purge', why: 'the flag belongs to another verb' },
    { words: 'down --spokes 2', why: 'the flag belongs to another verb' },
    { words: 'up --spokes', why: 'the value is missing' },
    { words: 'up --spokes two', why: 'the value is not a number' },
    { words: 'up --spokes 10', why: 'the machine does not have enough memory' },
    { words: 'up --rule NoSuchRule=warn', why: 'the rule does not exist' },
    { words: 'up --rule VersionReused', why: 'the severity is missing' },
    { words: 'up --rule VersionReused=maybe', why: 'the severity does not exist' },
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
