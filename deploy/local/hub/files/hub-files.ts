import { join } from 'node:path';

/** Where a hub keeps what it owns; every name lies directly in its directory, so that people find it. */
export interface HubFiles {
  readonly directory: string;
  readonly state: string;
  readonly lock: string;
  readonly etcdData: string;
  readonly kubectl: string;
  pid(process: string): string;
  log(process: string): string;
  /** `hub`, `spoke1`, … for an administrator; `webhook`, `controller`, `aggregator` for the roles. */
  kubeconfig(holder: string): string;
  /** Certificates and keys of one cluster, or of `etcd`. */
  certificates(owner: string): string;
}

/** The files of the hub in `directory`, an absolute path. */
export function hubFiles(directory: string): HubFiles {
  return {
    directory,
    state: join(directory, 'state.json'),
    lock: join(directory, 'lock'),
    etcdData: join(directory, 'etcd'),
    kubectl: join(directory, 'bin', 'kubectl'),
    pid: (process) => join(directory, `${process}.pid`),
    log: (process) => join(directory, `${process}.log`),
    kubeconfig: (holder) => join(directory, `${holder}.kubeconfig`),
    certificates: (owner) => join(directory, 'certificates', owner),
  };
}

/** True for what `down --purge` removes. Anything else in the directory, another hub's say, is not ours to touch. */
export function isOurs(entry: string): boolean {
  return (
    ['state.json', 'etcd', 'bin', 'certificates'].includes(entry) ||
    /\.(pid|log|log\.1|kubeconfig)$/.test(entry) ||
    isDraft(entry)
  );
}

/** True for what somebody who was killed left half written. Only for whoever holds the hub's lock. */
export function isDraft(entry: string): boolean {
  return entry.endsWith('.draft');
}
