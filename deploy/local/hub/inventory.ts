import { roles, type Role } from '../../../src/api/names.ts';
import { apiserverProcess } from './processes/apiserver.ts';
import { certificateFiles } from './files/certificates.ts';
import { controllerManagerProcess } from './processes/controller-manager.ts';
import { etcdProcess } from './processes/etcd.ts';
import type { HubFiles } from './files/hub-files.ts';
import type { ProcessSpec } from './processes/process.ts';
import { roleProcess } from './processes/role-process.ts';
import { standInProcess } from './processes/stand-in.ts';
import { spokeNames, type HubState } from './files/state.ts';

/** `hub`, then the spokes. */
export function clusterNames(state: Pick<HubState, 'spokes'>): string[] {
  return ['hub', ...spokeNames(state.spokes)];
}

/** Every port that a hub of this shape needs, by the name under which the state remembers it. */
export function portNames(state: Omit<HubState, 'ports'>): string[] {
  const clusters = clusterNames(state);
  return [
    'etcd',
    'etcd-peer',
    ...clusters.flatMap((cluster) => [`${cluster}-apiserver`, `${cluster}-controller-manager`]),
    'ocm-stand-in',
    'webhook',
    ...roles.map(healthPortName),
  ];
}

/** etcd, as this hub runs it. */
export function etcdOf(state: HubState, files: HubFiles): ProcessSpec {
  const ports = { client: portOf(state, 'etcd'), peer: portOf(state, 'etcd-peer') };
  return etcdProcess(files, certificateFiles(files.certificates('etcd')), ports);
}

/** The API server of a cluster. */
export function apiserverOf(state: HubState, files: HubFiles, cluster: string): ProcessSpec {
  return apiserverProcess({
    cluster,
    port: portOf(state, `${cluster}-apiserver`),
    certificates: certificateFiles(files.certificates(cluster)),
    etcd: { port: portOf(state, 'etcd'), certificates: certificateFiles(files.certificates('etcd')) },
  });
}

/** The controller manager of a cluster. */
export function controllerManagerOf(state: HubState, files: HubFiles, cluster: string): ProcessSpec {
  return controllerManagerProcess({
    cluster,
    port: portOf(state, `${cluster}-controller-manager`),
    kubeconfig: files.kubeconfig(`${cluster}-controller-manager`),
    certificates: certificateFiles(files.certificates(cluster)),
  });
}

/** The stand-in for OCM. */
export function standInOf(state: HubState, files: HubFiles): ProcessSpec {
  return standInProcess(files, portOf(state, 'ocm-stand-in'), spokeNames(state.spokes));
}

/** A role of mooring. */
export function roleOf(state: HubState, files: HubFiles, role: Role): ProcessSpec {
  const ports = { health: portOf(state, healthPortName(role)), webhook: portOf(state, 'webhook') };
  return roleProcess(role, { files, ports, rules: state.rules, controllerFlags: state.controllerFlags ?? [] });
}

/** All processes that should run, in the order in which they start. */
export function hubProcesses(state: HubState, files: HubFiles): ProcessSpec[] {
  const clusters = clusterNames(state);
  return [
    etcdOf(state, files),
    ...clusters.map((cluster) => apiserverOf(state, files, cluster)),
    ...clusters.map((cluster) => controllerManagerOf(state, files, cluster)),
    ...(state.withoutOcm ? [] : [standInOf(state, files)]),
    ...(state.withoutMooring ? [] : roles.map((role) => roleOf(state, files, role))),
  ];
}

/** Where a process comes when all is stopped: those that depend on others first. */
export function stopStage(name: string): number {
  if (roles.some((role) => role === name)) return 0;
  if (name === 'ocm-stand-in') return 1;
  if (name.endsWith('-controller-manager')) return 2;
  return name.endsWith('-apiserver') ? 3 : 4;
}

/** The port that the state remembers under `name`. */
export function portOf({ ports }: HubState, name: string): number {
  const port = ports[name];
  if (port === undefined) throw new Error(`the state of the hub lacks the port of ${name}; run up again`);
  return port;
}

function healthPortName(role: Role): string {
  return `${role}-health`;
}
