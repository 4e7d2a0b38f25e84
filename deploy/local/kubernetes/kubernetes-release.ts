/** Programs that Kubernetes and etcd publish. */
export type ProgramName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl';

/** The versions in go.mod. */
export const versions = { kubernetes: 'v1.37.2', etcd: 'v3.7.3' };

/** One file of a release. */
export interface ReleaseFile {
  program: ProgramName;
  /** Relative to the origin. Also the key in checksums.json. */
  path: string;
  url: string;
  /** The URL of the SHA-256 sum of the file. */
  sumsUrl: string;
  /** The path of the program in the file, which is a tar.gz. Undefined if the file is the program. */
  member?: string;
}

/** The machine and the origin. Without a mirror the origin is the one of the projects. */
export interface ReleaseOptions {
  platform: NodeJS.Platform;
  arch: NodeJS.Architecture;
  mirror?: string | undefined;
}

const origins = { kubernetes: 'https://dl.k8s.io', etcd: 'https://github.com' };

/** The file of a program. Undefined if there is none for the machine; for example, there are no server programs for macOS. */
export function releaseFile(program: ProgramName, options: ReleaseOptions): ReleaseFile | undefined {
  const { platform, arch, mirror } = options;
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) return undefined;
  const goArch = arch === 'x64' ? 'amd64' : arch;
  if (program !== 'etcd') {
    const path = `release/${versions.kubernetes}/bin/linux/${goArch}/${program}`;
    const url = `${mirror ?? origins.kubernetes}/${path}`;
    return { program, path, url, sumsUrl: `${url}.sha256` };
  }
  const folder = `etcd-io/etcd/releases/download/${versions.etcd}`;
  const name = `etcd-${versions.etcd}-linux-${goArch}`;
  const base = mirror ?? origins.etcd;
  const path = `${folder}/${name}.tar.gz`;
  return { program, path, url: `${base}/${path}`, sumsUrl: `${base}/${folder}/SHA256SUMS`, member: `${name}/etcd` };
}
