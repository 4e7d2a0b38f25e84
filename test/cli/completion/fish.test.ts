import assert from 'node:assert/strict';
import { completionRows, isInstalled, linesOf, withScript } from '../../support/shells.ts';

/** Completes a command line in fish, as the Tab key does. */
async function complete(line: string): Promise<string[]> {
  const code = 'source $argv[1]; complete -C $argv[2]';
  const lines = await withScript('fish', (folder, script) =>
    linesOf('fish', ['--no-config', '-c', code, script, line], folder),
  );
  return lines.map((offer) => offer.replace(/\t.*/, ''));
}

describe('the completion of fish', () => {
  before(async function () {
    if (!(await isInstalled('fish'))) this.skip();
  });

  for (const { words, offers, why } of completionRows) {
    it(`of "mooring ${words.join(' ')}" offers ${JSON.stringify(offers)}: ${why}`, async () => {
      assert.deepEqual(await complete(`mooring ${words.join(' ')}`), offers);
    });
  }

  it('of --output=j offers --output=json', async () => {
    assert.deepEqual(await complete('mooring history --output=j'), ['--output=json']);
  });
});
