import { dirname, join } from 'node:path';
import { formatFlags } from './format-flags.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { isHealthy } from './probe.ts';
import type { ProcessSpec } from './process.ts';

const main = join(import.meta.dirname, '..', '..', 'ocm-stand-in', 'main.ts');
const sources = join(import.meta.dirname, '..', '..', '..', '..', 'src');

/** The stand-in for the controllers and agents of OCM. One process serves the hub and all spokes. */
export function createStandInSpec(files: HubFiles, healthPort: number, spokes: readonly string[]): ProcessSpec {
  return {
    name: 'ocm-stand-in',
    program: 'node',
    args: [
      main,
      ...formatFlags({
        'hub-kubeconfig': files.kubeconfig('hub'),
        spoke: spokes.map((spoke) => `${spoke}=${files.kubeconfig(`${spoke}-agent`)}`),
        'health-port': String(healthPort),
      }),
    ],
    port: healthPort,
    inputs: [
      dirname(main),
      join(sources, 'kube'),
      ...['hub', ...spokes.map((spoke) => `${spoke}-agent`)].map((user) => files.kubeconfig(user)),
    ],
    isReady: () => isHealthy({ url: `http://127.0.0.1:${healthPort}/readyz` }),
  };
}
