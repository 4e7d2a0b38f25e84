import { roles, type Role } from '../../../src/api/names.ts';
import { createApiserverSpec } from './processes/apiserver.ts';
import { locateCertificateFiles } from './files/certificates.ts';
import { createControllerManagerSpec } from './processes/controller-manager.ts';
import { createEtcdSpec } from './processes/etcd.ts';
import type { HubFiles } from './files/hub-files.ts';
import type { ProcessSpec } from './processes/process.ts';
import { createRoleSpec } from './processes/role-process.ts';
import { createStandInSpec } from './processes/stand-in-process.ts';
import { listSpokeNames, type HubState } from './files/state.ts';

/** `hub`, then the spokes. */
export function listClusterNames(state: Pick<HubState, 'spokes'>): string[] {
  return ['hub', ...listSpokeNames(state.spokes)];
}

/** The names of all ports that a hub needs. The state maps each name to a port number. */
export function listPortNames(state: Omit<HubState, 'ports'>): string[] {
  const clusters = listClusterNames(state);
  return [
    'etcd',
    'etcd-peer',
    ...clusters.flatMap((cluster) => [`${cluster}-apiserver`, `${cluster}-controller-manager`]),
    'ocm-stand-in',
    'webhook',
    ...roles.map(healthPortNameOf),
  ];
}

/** The etcd of all clusters. */
export function etcdOf(state: HubState, files: HubFiles): ProcessSpec {
  const ports = { client: portOf(state, 'etcd'), peer: portOf(state, 'etcd-peer') };
  return createEtcdSpec(files, locateCertificateFiles(files.certificates('etcd')), ports);
}

/** The API server of a cluster. */
export function apiserverOf(state: HubState, files: HubFiles, cluster: string): ProcessSpec {
  return createApiserverSpec({
    cluster,
    port: portOf(state, `${cluster}-apiserver`),
    certificates: locateCertificateFiles(files.certificates(cluster)),
    etcd: { port: portOf(state, 'etcd'), certificates: locateCertificateFiles(files.certificates('etcd')) },
  });
}

/** The controller manager of a cluster. */
export function controllerManagerOf(state: HubState, files: HubFiles, cluster: string): ProcessSpec {
  return createControllerManagerSpec({
    cluster,
    port: portOf(state, `${cluster}-controller-manager`),
    kubeconfig: files.kubeconfig(`${cluster}-controller-manager`),
    certificates: locateCertificateFiles(files.certificates(cluster)),
  });
}

/** The stand-in for OCM's controllers and agents. */
export function standInOf(state: HubState, files: HubFiles): ProcessSpec {
  return createStandInSpec(files, portOf(state, 'ocm-stand-in'), listSpokeNames(state.spokes));
}

/** A role of mooring. */
export function roleOf(state: HubState, files: HubFiles, role: Role): ProcessSpec {
  const ports = { health: portOf(state, healthPortNameOf(role)), webhook: portOf(state, 'webhook') };
  const { rules, controllerFlags = [], program } = state;
  return createRoleSpec(role, { files, ports, rules, controllerFlags, program });
}

/** All processes that should run, in the order in which they are started. */
export function listProcessSpecs(state: HubState, files: HubFiles): ProcessSpec[] {
  const clusters = listClusterNames(state);
  return [
    etcdOf(state, files),
    ...clusters.map((cluster) => apiserverOf(state, files, cluster)),
    ...clusters.map((cluster) => controllerManagerOf(state, files, cluster)),
    ...(state.withoutOcm ? [] : [standInOf(state, files)]),
    ...(state.withoutMooring ? [] : roles.map((role) => roleOf(state, files, role))),
  ];
}

/** Processes are stopped in ascending order of this number, so that a process ends before those that it depends on. */
export function stopStageOf(name: string): number {
  if (roles.some((role) => role === name)) return 0;
  if (name === 'ocm-stand-in') return 1;
  if (name.endsWith('-controller-manager')) return 2;
  return name.endsWith('-apiserver') ? 3 : 4;
}

/** The port with this name in the state. */
export function portOf({ ports }: HubState, name: string): number {
  const port = ports[name];
  if (port === undefined) throw new Error(`the state of the hub does not contain the port ${name}; run up again`);
  return port;
}

function healthPortNameOf(role: Role): string {
  return `${role}-health`;
}
