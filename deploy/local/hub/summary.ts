import { shortPath } from './short-path.ts';
import type { Hub } from './up.ts';

/** What `up` says when all is ready; paths are shown from `cwd`. */
export function summary(hub: Hub, cwd: string): string {
  const { state, files, seconds } = hub;
  const shown = (path: string) => shortPath(path, cwd);
  const port = (name: string) => `127.0.0.1:${state.ports[name] ?? '?'}`;
  const rows = [
    ['hub', `https://${port('hub-apiserver')}`, shown(hub.kubeconfig)],
    ...Object.entries(hub.spokes).map(([name, path]) => [name, `https://${port(`${name}-apiserver`)}`, shown(path)]),
  ];
  const widest = Math.max(...rows.map(([name = '']) => name.length));
  const lines = [
    `The hub is up after ${seconds.toFixed(1)} s; its files are in ${shown(files.directory)}.`,
    '',
    ...rows.map(([name = '', url, path]) => `  ${name.padEnd(widest)}  ${url}  ${path}`),
    '',
    state.withoutMooring
      ? '  mooring does not run (--without-mooring)'
      : `  mooring: webhook at ${port('webhook')}, controller, aggregator${rulesText(state.rules)}`,
    state.withoutOcm
      ? '  OCM does not run (--without-ocm)'
      : '  OCM is a stand-in: it places and delivers as OCM does, but it is not OCM (deploy/kind installs that)',
    '',
    `Go on:  export KUBECONFIG=${shown(hub.kubeconfig)}; ${shown(hub.kubectl)} get environments -A`,
    `Look:   npm run hub -- status${directoryFlag(hub, cwd)}`,
    `Stop:   npm run hub -- down${directoryFlag(hub, cwd)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The flag that names this hub to later commands, with a blank before it; empty for the usual directory. */
export function directoryFlag({ directory }: Hub, cwd: string): string {
  const short = shortPath(directory, cwd);
  return short === '.local' ? '' : ` --directory ${short}`;
}

function rulesText(rules: readonly string[]): string {
  return rules.length === 0 ? '' : `, with ${rules.join(', ')}`;
}
