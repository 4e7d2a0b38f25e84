import { dirname, join } from 'node:path';
import { installNamespace, systemNamespace, type Role } from '../../../../src/api/names.ts';
import { roleEnvironment } from '../../../manifests/role-environment.ts';
import { webhookServiceHost } from '../apply/webhook-service.ts';
import { formatFlags } from './format-flags.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { isHealthy } from './probe.ts';
import type { ProcessSpec } from './process.ts';

export interface RoleOptions {
  files: HubFiles;
  /** The API server calls the port `webhook`; `health` is the port for probes and metrics. */
  ports: { health: number; webhook: number };
  /** `CODE=severity`, for the webhook and the controller. The aggregator does not apply rules. */
  rules: readonly string[];
  /** Additional flags of the controller. */
  controllerFlags: readonly string[];
  /** The path of a built program. Without it, the role runs from the sources. */
  program?: string | undefined;
}

const sources = join(import.meta.dirname, '..', '..', '..', '..', 'src');

/** Runs `mooring serve ROLE` with the rights of the role. */
export function createRoleSpec(role: Role, options: RoleOptions): ProcessSpec {
  const { files, ports, program = join(sources, 'main.ts') } = options;
  return {
    name: role,
    program: 'node',
    args: [program, 'serve', role, ...formatRoleFlags(role, options)],
    environment: roleEnvironment(role),
    port: role === 'webhook' ? ports.webhook : ports.health,
    inputs: [options.program === undefined ? sources : dirname(program), files.kubeconfig(role)],
    isReady: () => isHealthy({ url: `http://127.0.0.1:${ports.health}/readyz` }),
  };
}

/** The webhook and the controller must agree on the time for which deployments reserve names, and on what topologies may render. */
function extraFlags(role: Role, controllerFlags: readonly string[]): readonly string[] {
  if (role === 'controller') return controllerFlags;
  const isShared = (flag: string) => flag.startsWith('--reservation=') || flag.startsWith('--topology-kind=');
  return role === 'webhook' ? controllerFlags.filter(isShared) : [];
}

function formatRoleFlags(role: Role, { files, ports, rules, controllerFlags }: RoleOptions): string[] {
  const common = {
    kubeconfig: files.kubeconfig(role),
    namespace: installNamespace,
    'system-namespace': systemNamespace,
    'health-port': String(ports.health),
    'health-host': '127.0.0.1',
  };
  // With the same identity after a restart, the role gets its Lease at once and does not wait until it expires.
  const identity = `local-${role}`;
  const own = {
    webhook: { port: String(ports.webhook), host: '127.0.0.1', rule: rules },
    controller: { 'webhook-host': [webhookServiceHost, '127.0.0.1'], identity, rule: rules },
    aggregator: { identity },
  };
  return [...formatFlags({ ...common, ...own[role] }), ...extraFlags(role, controllerFlags)];
}
