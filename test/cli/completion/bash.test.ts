import assert from 'node:assert/strict';
import { completionRows, linesOf, withScript } from '../../support/shells.ts';

/** Completes the last of the words as bash does: the function of `complete -F` with the words in COMP_WORDS. */
function complete(words: readonly string[]): Promise<string[]> {
  const code = `
    source "$1"; shift
    [[ $(complete -p mooring) == 'complete -F _mooring mooring' ]] || exit 3
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _mooring
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return withScript('bash', (folder, script) =>
    linesOf('bash', ['--norc', '-c', code, 'bash', script, 'mooring', ...words], folder),
  );
}

describe('the completion of bash', () => {
  for (const { words, offers, why } of completionRows) {
    it(`of "mooring ${words.join(' ')}" offers ${JSON.stringify(offers)}: ${why}`, async () => {
      assert.deepEqual(await complete(words), offers);
    });
  }

  const splitAtEquals: [words: string[], offers: string[]][] = [
    [
      ['history', '--output', '='],
      ['json', 'yaml'],
    ],
    [['history', '--output', '=', 'j'], ['json']],
    [
      ['history', '--output', '=', 'json', 'envi'],
      ['environment', 'environments'],
    ],
  ];
  for (const [words, offers] of splitAtEquals) {
    it(`of the words ${JSON.stringify(words)}, which bash makes of --output=…, offers ${JSON.stringify(offers)}`, async () => {
      assert.deepEqual(await complete(words), offers);
    });
  }
});
