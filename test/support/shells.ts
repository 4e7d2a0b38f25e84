import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mooring } from './command-line.ts';

const run = promisify(execFile);

/** Whether a program is installed. */
export async function isInstalled(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Command lines and what a shell offers for the last word. `files` stands for the files in the folder. */
export const completionRows: { words: string[]; offers: string[]; why: string }[] = [
  { words: ['che'], offers: ['check'], why: 'a command' },
  { words: ['h'], offers: ['help', 'history', 'hub-namespace'], why: 'several commands' },
  { words: ['serve', ''], offers: ['aggregator', 'controller', 'webhook'], why: 'a role' },
  { words: ['serve', 'webhook', '--topology-d'], offers: ['--topology-deadline'], why: 'an option of a role' },
  { words: ['history', 'env'], offers: ['env', 'environment', 'environments', 'envs'], why: 'a kind' },
  {
    words: ['uses', '-n', 'team', 'workloadp'],
    offers: ['workloadprofile', 'workloadprofiles'],
    why: 'a kind after an option',
  },
  { words: ['history', 'env', ''], offers: [], why: 'a name is in the cluster' },
  { words: ['check', 'a'], offers: ['a.yaml'], why: 'a file' },
  { words: ['check', 'a.yaml', '-', 'b'], offers: ['b c.yaml'], why: 'a further file, with a space in its name' },
  { words: ['check', '--state', 'a'], offers: ['a.yaml'], why: 'the file of an option' },
  { words: ['check', '-n', ''], offers: [], why: 'the value of an option is not an argument' },
  { words: ['check', '--stat'], offers: ['--state'], why: 'an option' },
  { words: ['history', '-o', ''], offers: ['json', 'yaml'], why: 'the values of an option' },
  { words: ['serve', 'controller', '--log-level', 'd'], offers: ['debug'], why: 'the values of an option of a role' },
  { words: ['rollback', 'env', 'primary@v1', '--dry'], offers: ['--dry-run'], why: 'an option after arguments' },
  { words: ['completion', ''], offers: ['bash', 'fish', 'zsh'], why: 'a shell' },
  { words: ['help', 'rol'], offers: ['rollback'], why: 'a command to explain' },
];

/** Runs `use` in a folder with the script of a shell and files to complete. */
export async function withScript<T>(shell: string, use: (folder: string, script: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-completion-'));
  try {
    const { out } = await mooring(['completion', shell]);
    await writeFile(join(folder, 'script'), out);
    for (const name of ['a.yaml', 'b c.yaml']) await writeFile(join(folder, name), '');
    return await use(folder, join(folder, 'script'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The lines that a shell prints for a script, without empty lines, sorted. */
export async function linesOf(shell: string, args: readonly string[], cwd: string): Promise<string[]> {
  const { stdout, stderr } = await run(shell, [...args], { cwd });
  if (stderr !== '') throw new Error(`${shell}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}
