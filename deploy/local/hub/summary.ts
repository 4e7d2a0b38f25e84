import { shortenPath } from './short-path.ts';
import type { Hub } from './up.ts';

/** What `up` prints when all is ready. Paths are relative to `cwd`. */
export function formatSummary(hub: Hub, cwd: string): string {
  const { state, files, seconds } = hub;
  const short = (path: string) => shortenPath(path, cwd);
  const port = (name: string) => `127.0.0.1:${state.ports[name] ?? '?'}`;
  const rows = [
    ['hub', `https://${port('hub-apiserver')}`, short(hub.kubeconfig)],
    ...Object.entries(hub.spokes).map(([name, path]) => [name, `https://${port(`${name}-apiserver`)}`, short(path)]),
  ];
  const widest = Math.max(...rows.map(([name = '']) => name.length));
  const lines = [
    `The hub is ready after ${seconds.toFixed(1)} s. Its files are in ${short(files.directory)}.`,
    '',
    ...rows.map(([name = '', url, path]) => `  ${name.padEnd(widest)}  ${url}  ${path}`),
    '',
    state.withoutMooring
      ? '  mooring does not run (--without-mooring)'
      : `  mooring: webhook at ${port('webhook')}, controller, aggregator${formatRules(state.rules)}`,
    state.withoutOcm
      ? '  OCM does not run (--without-ocm)'
      : '  A stand-in replaces the controllers and agents of OCM (deploy/kind installs the real ones)',
    '',
    `Use:    export KUBECONFIG=${short(hub.kubeconfig)}; ${short(hub.kubectl)} get environments -A`,
    `Status: npm run hub -- status${formatDirectoryFlag(hub, cwd)}`,
    `Stop:   npm run hub -- down${formatDirectoryFlag(hub, cwd)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The flag `--directory` for later commands, with a space before it. Empty for the default directory. */
export function formatDirectoryFlag({ directory }: Hub, cwd: string): string {
  const short = shortenPath(directory, cwd);
  return short === '.local' ? '' : ` --directory ${short}`;
}

function formatRules(rules: readonly string[]): string {
  return rules.length === 0 ? '' : `, with ${rules.join(', ')}`;
}
