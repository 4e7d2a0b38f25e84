import { join } from 'node:path';

/** The paths of the files of a hub. Most are directly in its directory, so that users find them. */
export interface HubFiles {
  readonly directory: string;
  readonly state: string;
  readonly lock: string;
  readonly etcdData: string;
  readonly kubectl: string;
  pid(process: string): string;
  log(process: string): string;
  /** `hub`, `spoke1`, … for administrators; `webhook`, `controller`, `aggregator` for the roles. */
  kubeconfig(user: string): string;
  /** The folder with the certificates and keys of one cluster, or of `etcd`. */
  certificates(owner: string): string;
}

/** `directory` is an absolute path. */
export function locateHubFiles(directory: string): HubFiles {
  return {
    directory,
    state: join(directory, 'state.json'),
    lock: join(directory, 'lock'),
    etcdData: join(directory, 'etcd'),
    kubectl: join(directory, 'bin', 'kubectl'),
    pid: (process) => join(directory, `${process}.pid`),
    log: (process) => join(directory, `${process}.log`),
    kubeconfig: (user) => join(directory, `${user}.kubeconfig`),
    certificates: (owner) => join(directory, 'certificates', owner),
  };
}

/** Whether `down --purge` removes this entry. The directory may contain others, for example the folder of another hub. */
export function isHubFile(entry: string): boolean {
  return (
    ['state.json', 'etcd', 'bin', 'certificates'].includes(entry) ||
    /\.(pid|log|log\.1|kubeconfig)$/.test(entry) ||
    isDraft(entry)
  );
}

/** Whether a process that was killed may have left this entry incomplete. Only the holder of the lock may remove it. */
export function isDraft(entry: string): boolean {
  return entry.endsWith('.draft');
}
