import { dirname, join } from 'node:path';
import { flagWords } from './flag-words.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { answers } from './probe.ts';
import type { ProcessSpec } from './process.ts';

const main = join(import.meta.dirname, '..', '..', 'ocm-stand-in', 'main.ts');
const sources = join(import.meta.dirname, '..', '..', '..', '..', 'src');

/** The stand-in for OCM's controllers and agents: one process that serves the hub and all spokes. */
export function standInProcess(files: HubFiles, healthPort: number, spokes: readonly string[]): ProcessSpec {
  return {
    name: 'ocm-stand-in',
    program: 'node',
    args: [
      main,
      ...flagWords({
        'hub-kubeconfig': files.kubeconfig('hub'),
        spoke: spokes.map((spoke) => `${spoke}=${files.kubeconfig(`${spoke}-agent`)}`),
        'health-port': String(healthPort),
      }),
    ],
    port: healthPort,
    reads: [
      dirname(main),
      join(sources, 'kube'),
      ...['hub', ...spokes.map((spoke) => `${spoke}-agent`)].map((holder) => files.kubeconfig(holder)),
    ],
    ready: () => answers({ url: `http://127.0.0.1:${healthPort}/readyz` }),
  };
}
