import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { Severities } from './domain/admission/rule.ts';
import { defaultRenderSettings, type RenderSettings } from './domain/render/workload-render.ts';
import { rules } from './domain/admission/rules/all.ts';

/** Bad flags or input; the message is for the user, and the exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What every role is configured with. */
export interface RoleConfig {
  kubeconfig: string | undefined;
  context: string | undefined;
  /** Where mooring itself runs. */
  namespace: string;
  /** Where shared profiles and PolicyDefinitions live. */
  systemNamespace: string;
  healthPort: number;
  /** The address that health and metrics are served on; `undefined` for all. */
  healthHost: string | undefined;
  logLevel: string;
}

/** Of the roles that lead. */
export interface LeaderConfig extends RoleConfig {
  /** Unique per process; `undefined` for one made up from the host's name. */
  identity: string | undefined;
}

/** Of whatever evaluates topologies. */
export interface TopologyConfig {
  /** Path of the CUE engine; `undefined` to build it on first use. */
  cueModule: string | undefined;
  /** For one evaluation. */
  deadlineMs: number;
  memoryMiB: number;
  workers: number;
}

export interface WebhookConfig extends RoleConfig {
  port: number;
  /** The address that the webhook listens on; `undefined` for all. */
  host: string | undefined;
  /** Namespaces on the hub that every Environment may use without a right of its own. */
  sharedHubNamespaces: readonly string[];
  severities: Severities;
  topology: TopologyConfig;
}

export interface ControllerConfig extends LeaderConfig {
  /** DNS names and IP addresses under which the API server calls the webhook. */
  webhookHosts: string[];
  severities: Severities;
  topology: TopologyConfig;
  render: RenderSettings;
  /** Newest revisions that are kept of each object; 0 keeps all. */
  historyLimit: number;
  /** How long a revision is marked as retiring before it is deleted. */
  retireForMs: number;
}

const common = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', default: 'mooring-system' },
  'system-namespace': { type: 'string', default: 'mural-system' },
  'health-port': { type: 'string', default: '8080' },
  'health-host': { type: 'string' },
  'log-level': { type: 'string', default: 'info' },
} as const satisfies ParseArgsOptionsConfig;

const leading = { identity: { type: 'string' } } as const satisfies ParseArgsOptionsConfig;

const topology = {
  'cue-module': { type: 'string' },
  'topology-deadline': { type: 'string' },
  'topology-memory': { type: 'string', default: '256' },
  'topology-workers': { type: 'string', default: '2' },
} as const satisfies ParseArgsOptionsConfig;

/** Flags that switch rules, for the roles and `mooring check` alike. */
export const ruleFlags = {
  rule: { type: 'string', multiple: true, default: [] as string[] },
} as const satisfies ParseArgsOptionsConfig;

/** Flags that shape renders, for the controller and `mooring render` alike. */
export const renderFlags = {
  'shared-hub-namespace': { type: 'string', multiple: true },
} as const satisfies ParseArgsOptionsConfig;

export function aggregatorConfig(args: string[]): LeaderConfig {
  const flags = parse(args, { ...common, ...leading });
  return { ...roleOf(flags), identity: flags.identity };
}

export function webhookConfig(args: string[]): WebhookConfig {
  const flags = parse(args, {
    ...common,
    ...topology,
    ...ruleFlags,
    port: { type: 'string', default: '8443' },
    host: { type: 'string' },
    'shared-hub-namespace': renderFlags['shared-hub-namespace'],
  });
  return {
    ...roleOf(flags),
    port: integer('port', flags.port, 65535),
    host: flags.host,
    sharedHubNamespaces: flags['shared-hub-namespace'] ?? defaultRenderSettings.sharedHubNamespaces,
    severities: severities(flags.rule),
    // Well below the handler's own deadline of 4 s, so that a topology that never ends is a warning and no failure.
    topology: topologyOf(flags, '2500'),
  };
}

export function controllerConfig(args: string[]): ControllerConfig {
  const hosts = { 'webhook-host': { type: 'string', multiple: true } } as const;
  const history = {
    'revision-history-limit': { type: 'string', default: '20' },
    'revision-retirement': { type: 'string', default: '60' },
  } as const;
  const flags = parse(args, { ...common, ...leading, ...topology, ...ruleFlags, ...renderFlags, ...hosts, ...history });
  const { namespace } = flags;
  const service = `mooring-webhook.${namespace}`;
  return {
    ...roleOf(flags),
    identity: flags.identity,
    webhookHosts: flags['webhook-host'] ?? [`${service}.svc`, `${service}.svc.cluster.local`],
    severities: severities(flags.rule),
    topology: topologyOf(flags, '5000'),
    render: renderSettings(flags),
    historyLimit: integer('revision-history-limit', flags['revision-history-limit'], 100_000, 0),
    retireForMs: integer('revision-retirement', flags['revision-retirement'], 86_400) * 1000,
  };
}

/** Reads flags strictly. Throws UsageError. */
function parse<T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

interface CommonFlags {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  namespace: string;
  'system-namespace': string;
  'health-port': string;
  'health-host'?: string | undefined;
  'log-level': string;
}

function roleOf(flags: CommonFlags): RoleConfig {
  const level = flags['log-level'];
  if (!['debug', 'info', 'warn', 'error', 'silent'].includes(level)) {
    throw new UsageError(`--log-level ${level}: use debug, info, warn, error or silent`);
  }
  return {
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    namespace: flags.namespace,
    systemNamespace: flags['system-namespace'],
    healthPort: integer('health-port', flags['health-port'], 65535),
    healthHost: flags['health-host'],
    logLevel: level,
  };
}

interface TopologyFlags {
  'cue-module'?: string | undefined;
  'topology-deadline'?: string | undefined;
  'topology-memory': string;
  'topology-workers': string;
}

function topologyOf(flags: TopologyFlags, deadline: string): TopologyConfig {
  return {
    cueModule: flags['cue-module'],
    deadlineMs: integer('topology-deadline', flags['topology-deadline'] ?? deadline, 60_000),
    memoryMiB: integer('topology-memory', flags['topology-memory'], 4096),
    workers: integer('topology-workers', flags['topology-workers'], 64),
  };
}

/** What `--shared-hub-namespace` says. */
export function renderSettings(flags: { 'shared-hub-namespace'?: string[] | undefined }): RenderSettings {
  return {
    ...defaultRenderSettings,
    sharedHubNamespaces: flags['shared-hub-namespace'] ?? defaultRenderSettings.sharedHubNamespaces,
  };
}

/** What `--rule CODE=deny|warn|off` says, the last word for a code counting. */
export function severities(settings: string[]): Severities {
  return Object.fromEntries(
    settings.map((setting) => {
      const [code = '', severity = ''] = setting.split('=');
      const rule = rules.find((known) => known.code === code);
      const switchable = rules.filter((known) => known.overridable).map((known) => known.code);
      if (rule === undefined || !rule.overridable) {
        const why = rule === undefined ? 'there is no such rule' : 'this rule cannot be switched';
        throw new UsageError(`--rule ${setting}: ${why}; rules: ${switchable.join(', ')}`);
      }
      if (severity !== 'deny' && severity !== 'warn' && severity !== 'off') {
        throw new UsageError(`--rule ${setting}: use ${code}=deny, ${code}=warn or ${code}=off`);
      }
      return [code, severity] as const;
    }),
  );
}

function integer(flag: string, text: string, maximum: number, minimum = 1): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value < minimum || value > maximum) {
    throw new UsageError(`--${flag} ${text}: use a whole number from ${minimum} to ${maximum}`);
  }
  return value;
}
