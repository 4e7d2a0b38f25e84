import assert from 'node:assert/strict';
import { mooring } from '../../support/command-line.ts';

describe('the commands about objects without an owner', () => {
  it('say in their help what they change and what rights they need', async () => {
    const help = async (name: string) => (await mooring([name, '--help'])).out.replaceAll(/\s+/g, ' ');
    assert.match(await help('adopt'), /a user needs the verbs patch and restore on placements/);
    assert.match(await help('remove-orphans'), /Without --yes, only show what would be deleted there and what stays/);
  });
});
