import type { FetchLimits } from './fetch-file.ts';
import type { ProgramName } from './kubernetes-release.ts';
import type { Output } from '../hub/line-output.ts';

/** `cache` is the folder for programs that are downloaded or built. */
export interface ProgramOptions {
  cache: string;
  environment: Readonly<Record<string, string>>;
  output: Output;
  /** Maps paths in a release to SHA-256 sums. The default is checksums.json. */
  pinned?: Readonly<Record<string, string>>;
  limits?: FetchLimits;
}

/** Programs that are downloaded or built together. */
export interface ProgramSet {
  /** Part of the name of the folder in the cache. */
  name: string;
  programs: readonly ProgramName[];
  /** The arguments of `go build`. */
  packages: readonly string[];
  buildTime: string;
}

export const allPrograms: ProgramSet = {
  name: 'all',
  programs: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'],
  packages: ['tool'],
  buildTime: 'about 7 minutes on 2 cores',
};

export const controllerManagerOnly: ProgramSet = {
  name: 'controller-manager',
  programs: ['kube-controller-manager'],
  packages: ['k8s.io/kubernetes/cmd/kube-controller-manager'],
  buildTime: 'about 5 minutes on 2 cores',
};
