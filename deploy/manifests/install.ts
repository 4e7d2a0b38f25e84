import type { JsonObject } from '../../src/api/object.ts';
import { accountOf, installNamespace, roles, systemNamespace, type Role } from '../../src/api/names.ts';
import { roleEnvironment } from './role-environment.ts';

/** The image of all three roles. An operator adds the registry. */
const image = 'mooring:0.1.0';
const healthPort = 8080;
const webhookPort = 8443;

const labelsOf = (role: Role) => ({ 'app.kubernetes.io/name': 'mooring', 'app.kubernetes.io/component': role });

const flagsOf: Record<Role, string[]> = {
  webhook: [`--port=${webhookPort}`],
  controller: [],
  aggregator: [],
};

/**
 * A role requests what it needs when it is idle, and some more. Its limit is the limit of the heap, two CUE engines of 256 MiB each, and what
 * is outside of both, such as buffers and code. The aggregator has no CUE engine.
 */
const memoryOf: Record<Role, { request: string; limit: string }> = {
  webhook: { request: '192Mi', limit: '1280Mi' },
  controller: { request: '192Mi', limit: '1280Mi' },
  aggregator: { request: '128Mi', limit: '768Mi' },
};

/** The API server calls the webhook for every request, so it has two replicas. The other roles have a leader and a standby. */
const replicas = 2;

function deployment(role: Role): JsonObject {
  const labels = labelsOf(role);
  const probe = (path: string): JsonObject => ({ httpGet: { path, port: 'health' }, periodSeconds: 5 });
  const ports = [{ name: 'health', containerPort: healthPort }];
  if (role === 'webhook') ports.push({ name: 'webhook', containerPort: webhookPort });
  const container: JsonObject = {
    name: role,
    image,
    args: [
      'serve',
      role,
      `--namespace=${installNamespace}`,
      `--system-namespace=${systemNamespace}`,
      `--health-port=${healthPort}`,
      ...flagsOf[role],
    ],
    ports,
    readinessProbe: probe('/readyz'),
    livenessProbe: { ...probe('/healthz'), failureThreshold: 6 },
    env: Object.entries(roleEnvironment(role)).map(([name, value]) => ({ name, value })),
    resources: { requests: { cpu: '100m', memory: memoryOf[role].request }, limits: { memory: memoryOf[role].limit } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: accountOf(role), namespace: installNamespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      // A webhook must be available at all times, so a new replica is ready before an old one ends.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels, annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(healthPort) } },
        spec: {
          serviceAccountName: accountOf(role),
          // The role is not pid 1 then, for which a SIGTERM would be lost while Node starts.
          shareProcessNamespace: true,
          // Longer than the webhook needs to end: it serves for 5 s more, and has 5 s for the last requests.
          terminationGracePeriodSeconds: 30,
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container],
        },
      },
    },
  };
}

function namespace(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'app.kubernetes.io/name': 'mooring' } } };
}

/** The namespace of shared objects and topologies. It has a file of its own, so that no deletion of the program deletes them. */
export function systemNamespaceObjects(): JsonObject[] {
  return [namespace(systemNamespace)];
}

/** The namespace, Service and Deployments of mooring. Everything that has to outlive the program is in other files. */
export function installation(): JsonObject[] {
  const labels = labelsOf('webhook');
  return [
    namespace(installNamespace),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: accountOf('webhook'), namespace: installNamespace, labels },
      spec: { selector: labels, ports: [{ name: 'webhook', port: 443, targetPort: 'webhook' }] },
    },
    ...roles.map((role) => deployment(role)),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: accountOf('webhook'), namespace: installNamespace, labels },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
  ];
}
