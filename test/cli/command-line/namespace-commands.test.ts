import assert from 'node:assert/strict';
import { mooring } from '../../support/command-line.ts';

const refused: { args: string[]; error: string; why: string }[] = [
  {
    args: ['hub-namespace'],
    error: 'a command is required: open, allow; see mooring hub-namespace --help',
    why: 'no subcommand',
  },
  {
    args: ['hub-namespace', 'opn'],
    error: "unknown command 'opn'; did you mean open?; see mooring hub-namespace --help",
    why: 'a mistyped subcommand',
  },
  {
    args: ['hub-namespace', 'open'],
    error: "missing required argument 'NAME'; see mooring hub-namespace open --help",
    why: 'no namespace',
  },
  {
    args: ['hub-namespace', 'allow', 'prod', '--user'],
    error: "option '--user <NAME>' argument missing; see mooring hub-namespace allow --help",
    why: 'no user',
  },
];

describe('the commands for administrators', () => {
  for (const { args, error, why } of refused) {
    it(`end with 2 and one line on standard error for ${JSON.stringify(args.join(' '))}: ${why}`, async () => {
      assert.deepEqual(await mooring(args), { code: 2, out: '', error: `mooring: ${error}\n` });
    });
  }
});
