import assert from 'node:assert/strict';
import { completionRows, isInstalled, linesOf, withScript } from '../../support/shells.ts';

/** Completes the last of the words in zsh. The functions of compsys that offer words print them here. */
function complete(given: readonly string[]): Promise<string[]> {
  const code = `
    compdef() { [[ "$*" == '_mooring mooring' ]] || exit 3 }
    offer() { local item; for item in "$@"; do [[ $item == "$prefix"* ]] && print -r -- "$item"; done; true }
    _describe() { offer "\${(@)\${(@P)2}%%:*}" }
    _files() { offer *(N) }
    compset() { prefix="\${prefix#*=}" }
    source "$1"; shift
    words=("$@"); CURRENT=$#; prefix="$words[CURRENT]"
    _mooring`;
  return withScript('zsh', (folder, script) =>
    linesOf('zsh', ['-f', '-c', code, 'zsh', script, 'mooring', ...given], folder),
  );
}

describe('the completion of zsh', () => {
  before(async function () {
    if (!(await isInstalled('zsh'))) this.skip();
  });

  for (const { words, offers, why } of completionRows) {
    it(`of "mooring ${words.join(' ')}" offers ${JSON.stringify(offers)}: ${why}`, async () => {
      const files = (await complete(words)).filter((line) => line !== 'script');
      assert.deepEqual(files, offers);
    });
  }

  it('of --output=j offers json', async () => {
    assert.deepEqual(await complete(['history', '--output=j']), ['json']);
  });
});
