import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Hub } from '../hub/up.ts';
import { shortPath } from '../hub/short-path.ts';

/** How a kubectl ended, and all that it said, as a terminal would have shown it. */
export interface Said {
  code: number | null;
  text: string;
}

/** Runs kubectl on the hub to its end; words after `--kubeconfig` may name a spoke instead. */
export async function kubectl(hub: Hub, words: readonly string[]): Promise<Said> {
  let text = '';
  const child = startKubectl(hub, words, (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, text: text.trimEnd() };
}

/** Starts kubectl on the hub, for as long as it takes. */
export function startKubectl(hub: Hub, words: readonly string[], hear: (chunk: string) => void): ChildProcess {
  const child = spawn(hub.kubectl, words, {
    env: { ...process.env, KUBECONFIG: hub.kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  return child;
}

/** The words that have kubectl ask a spoke; a path as somebody here would type it. */
export function onSpoke({ spokes }: Hub, spoke: string): string[] {
  const path = spokes[spoke];
  if (path === undefined) throw new Error(`the hub has no ${spoke}, only ${Object.keys(spokes).join(', ')}`);
  return ['--kubeconfig', shortPath(path, process.cwd())];
}

/** The call as a shell takes it. */
export function callOf(words: readonly string[]): string {
  return ['kubectl', ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
