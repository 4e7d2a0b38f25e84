import { join } from 'node:path';
import { installNamespace, systemNamespace, type Role } from '../../../../src/api/names.ts';
import { flagWords } from './flag-words.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { answers } from './probe.ts';
import type { ProcessSpec } from './process.ts';

/** How the roles are run. */
export interface RoleOptions {
  files: HubFiles;
  /** `health` is the role's own, `webhook` the webhook's for the API server. */
  ports: { health: number; webhook: number };
  /** `CODE=severity`; the aggregator judges nothing and takes none. */
  rules: readonly string[];
  /** Further flags of the controller. */
  controllerFlags: readonly string[];
}

const sources = join(import.meta.dirname, '..', '..', '..', '..', 'src');

/** `mooring serve ROLE` from the sources, with the role's own rights. */
export function roleProcess(role: Role, options: RoleOptions): ProcessSpec {
  const { files, ports } = options;
  return {
    name: role,
    program: 'node',
    args: [join(sources, 'main.ts'), 'serve', role, ...flags(role, options)],
    port: role === 'webhook' ? ports.webhook : ports.health,
    reads: [sources, files.kubeconfig(role)],
    ready: () => answers({ url: `http://127.0.0.1:${ports.health}/readyz` }),
  };
}

function flags(role: Role, { files, ports, rules, controllerFlags }: RoleOptions): string[] {
  const common = {
    kubeconfig: files.kubeconfig(role),
    namespace: installNamespace,
    'system-namespace': systemNamespace,
    'health-port': String(ports.health),
    'health-host': '127.0.0.1',
  };
  // The same identity after a restart takes its own Lease at once instead of waiting for it to run out.
  const identity = `local-${role}`;
  const own = {
    webhook: { port: String(ports.webhook), host: '127.0.0.1', rule: rules },
    controller: { 'webhook-host': '127.0.0.1', identity, rule: rules },
    aggregator: { identity },
  };
  return [...flagWords({ ...common, ...own[role] }), ...(role === 'controller' ? controllerFlags : [])];
}
