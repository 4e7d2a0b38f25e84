import { accountOf } from './api/names.ts';
import type { Severities } from './domain/admission/rule.ts';
import { rules } from './domain/admission/rules/all.ts';
import { protectedNamespaces } from './domain/spoke/protected-namespaces.ts';
import { allowedKindOf, readTopologyKinds, type TopologyKind } from './domain/render/topology-kind.ts';
import { defaultRenderSettings, type RenderSettings } from './domain/render/workload-render.ts';
import { UsageError } from './usage-error.ts';

/** Configuration that every role has. */
export interface RoleConfig {
  kubeconfig: string | undefined;
  context: string | undefined;
  /** The namespace in which mooring runs. */
  namespace: string;
  /** The namespace of shared WorkloadProfiles and PolicyDefinitions. */
  systemNamespace: string;
  healthPort: number;
  /** The address on which health and metrics are served; `undefined` for all addresses. */
  healthHost: string | undefined;
  logLevel: string;
}

/** Configuration of a role with leader election. */
export interface LeaderConfig extends RoleConfig {
  /** Unique per process; `undefined` to generate it from the host name and a random part. */
  identity: string | undefined;
}

export interface AggregatorConfig extends LeaderConfig {
  /** Whether /metrics has series that name objects. */
  metricsObjects: boolean;
}

/** Configuration of the CUE engine. */
export interface TopologyConfig {
  /** The path of the CUE engine; `undefined` to build it on first use. */
  cueModule: string | undefined;
  /** The deadline of one evaluation. */
  deadlineMs: number;
  memoryMiB: number;
  workers: number;
}

export interface WebhookConfig extends RoleConfig {
  port: number;
  /** The address on which the webhook listens; `undefined` for all addresses. */
  host: string | undefined;
  render: RenderSettings;
  severities: Severities;
  /** Spoke namespaces in which no deployment may have a Workload: names and patterns with `*`. */
  protectedNamespaces: readonly string[];
  topology: TopologyConfig;
  /** How long a deployment without ManifestWorks reserves its names against other hub namespaces. */
  reservationMs: number;
}

export interface ControllerConfig extends LeaderConfig {
  /** DNS names and IP addresses under which the API server calls the webhook. */
  webhookHosts: string[];
  severities: Severities;
  /** As in the webhook. */
  protectedNamespaces: readonly string[];
  topology: TopologyConfig;
  render: RenderSettings;
  /** The number of newest revisions that are retained for each object; 0 retains all that fit into the limits in bytes. */
  historyLimit: number;
  /** How long a revision is marked as retiring before it is deleted. */
  retireForMs: number;
  /** How long work agents keep what is missing on the hub. */
  evictAfterMs: number;
  /** How long a deployment without ManifestWorks reserves its names against other hub namespaces. */
  reservationMs: number;
}

/** Options that every role has, as the command line gives them. */
export interface RoleOptions {
  kubeconfig?: string;
  context?: string;
  namespace: string;
  systemNamespace: string;
  healthPort: string;
  healthHost?: string;
  logLevel: string;
}

export interface LeaderOptions extends RoleOptions {
  identity?: string;
}

export interface AggregatorOptions extends LeaderOptions {
  metricsObjects: string;
}

interface TopologyOptions {
  cueModule?: string;
  topologyDeadline: string;
  topologyMemory: string;
  topologyWorkers: string;
}

/** Options of renders, of the roles and of the offline commands. */
export interface RenderOptions {
  sharedHubNamespace?: string[];
  topologyKind?: string[];
}

/** Options of rules, of the roles and of `mooring check`. */
export interface RuleOptions {
  rule?: string[];
  protectedNamespace?: string[];
}

interface ReservationOptions {
  reservation: string;
}

export interface WebhookOptions extends RoleOptions, TopologyOptions, RenderOptions, RuleOptions, ReservationOptions {
  port: string;
  host?: string;
}

export interface ControllerOptions
  extends LeaderOptions, TopologyOptions, RenderOptions, RuleOptions, ReservationOptions {
  webhookHost?: string[];
  revisionHistoryLimit: string;
  revisionRetirement: string;
  workEviction: string;
}

/** Reads the options of the aggregator. Throws UsageError, as all functions below do. */
export function aggregatorConfig(options: AggregatorOptions): AggregatorConfig {
  return { ...roleConfig(options), identity: options.identity, metricsObjects: options.metricsObjects === 'true' };
}

export function webhookConfig(options: WebhookOptions): WebhookConfig {
  return {
    ...roleConfig(options),
    port: readInteger('port', options.port, { maximum: 65535 }),
    host: options.host,
    render: renderSettings(options),
    severities: readSeverities(options),
    protectedNamespaces: readProtectedNamespaces(options),
    topology: topologyConfig(options),
    reservationMs: reservationMs(options),
  };
}

function reservationMs({ reservation }: ReservationOptions): number {
  return readInteger('reservation', reservation, { maximum: 86_400 }) * 1000;
}

export function controllerConfig(options: ControllerOptions): ControllerConfig {
  const service = `${accountOf('webhook')}.${options.namespace}`;
  const { revisionHistoryLimit, revisionRetirement, workEviction } = options;
  return {
    ...roleConfig(options),
    identity: options.identity,
    webhookHosts: options.webhookHost ?? [`${service}.svc`, `${service}.svc.cluster.local`],
    severities: readSeverities(options),
    protectedNamespaces: readProtectedNamespaces(options),
    topology: topologyConfig(options),
    render: renderSettings(options),
    historyLimit: readInteger('revision-history-limit', revisionHistoryLimit, { minimum: 0, maximum: 100_000 }),
    retireForMs: readInteger('revision-retirement', revisionRetirement, { maximum: 86_400 }) * 1000,
    // 100 years, with which OCM never evicts in practice.
    evictAfterMs: readInteger('work-eviction', workEviction, { maximum: 3_153_600_000 }) * 1000,
    reservationMs: reservationMs(options),
  };
}

function roleConfig(options: RoleOptions): RoleConfig {
  const { kubeconfig, context, namespace, systemNamespace, healthHost, logLevel } = options;
  const healthPort = readInteger('health-port', options.healthPort, { maximum: 65535 });
  return { kubeconfig, context, namespace, systemNamespace, healthPort, healthHost, logLevel };
}

function topologyConfig(options: TopologyOptions): TopologyConfig {
  return {
    cueModule: options.cueModule,
    deadlineMs: readInteger('topology-deadline', options.topologyDeadline, { maximum: 60_000 }),
    memoryMiB: readInteger('topology-memory', options.topologyMemory, { maximum: 4096 }),
    workers: readInteger('topology-workers', options.topologyWorkers, { maximum: 64 }),
  };
}

/** The settings from `--shared-hub-namespace` and `--topology-kind`. Throws UsageError. */
export function renderSettings({ sharedHubNamespace, topologyKind }: RenderOptions): RenderSettings {
  return {
    ...defaultRenderSettings,
    allowedKinds: [...defaultRenderSettings.allowedKinds, ...topologyKinds(topologyKind).map(allowedKindOf)],
    sharedHubNamespaces: sharedHubNamespace ?? defaultRenderSettings.sharedHubNamespaces,
  };
}

/** The kinds from `--topology-kind`. Throws UsageError. */
export function topologyKinds(values: readonly string[] = []): TopologyKind[] {
  const read = readTopologyKinds(values);
  if (!read.ok) throw new UsageError(read.problem);
  return read.kinds;
}

/** The spoke namespaces that are protected: from `--protected-namespace`, and those of mooring itself. Throws UsageError. */
export function readProtectedNamespaces({
  protectedNamespace: patterns,
  namespace,
  systemNamespace,
}: Pick<RuleOptions, 'protectedNamespace'> & { namespace?: string; systemNamespace: string }): string[] {
  for (const pattern of patterns ?? []) {
    if (/^[-a-z0-9*]{1,63}$/.test(pattern) && pattern !== '*') continue;
    throw new UsageError(`--protected-namespace ${pattern}: use the name of a namespace, or a pattern such as istio-*`);
  }
  return protectedNamespaces({ patterns, systemNamespace, ...(namespace === undefined ? {} : { namespace }) });
}

/** The severities from `--rule CODE=deny|warn|off`. The last option for a code takes precedence. Throws UsageError. */
export function readSeverities({ rule: settings = [] }: RuleOptions): Severities {
  return Object.fromEntries(settings.map(readSeverity));
}

function readSeverity(setting: string) {
  const [code = '', severity = ''] = setting.split('=');
  const rule = rules.find((known) => known.code === code);
  if (rule === undefined || !rule.overridable) {
    const overridable = rules.filter((known) => known.overridable).map((known) => known.code);
    const problem = rule === undefined ? 'there is no such rule' : 'the severity of this rule cannot be changed';
    throw new UsageError(`--rule ${setting}: ${problem}; rules: ${overridable.join(', ')}`);
  }
  if (severity !== 'deny' && severity !== 'warn' && severity !== 'off') {
    throw new UsageError(`--rule ${setting}: use ${code}=deny, ${code}=warn or ${code}=off`);
  }
  return [code, severity] as const;
}

function readInteger(option: string, value: string, { minimum = 1, maximum }: { minimum?: number; maximum: number }) {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
  if (number < minimum || number > maximum) {
    throw new UsageError(`--${option} ${value}: use a whole number from ${minimum} to ${maximum}`);
  }
  return number;
}
