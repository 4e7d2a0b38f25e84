import type { KubeConfigFile } from './kubeconfig-file.ts';

/** Merges kubeconfig files as kubectl does: the first current-context wins, and the first definition of each name, as a whole. */
export function mergeKubeConfigs(files: readonly KubeConfigFile[]): KubeConfigFile {
  const lastFirst = files.toReversed();
  return {
    currentContext: files.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    contexts: new Map(lastFirst.flatMap(({ contexts }) => [...contexts])),
    clusters: new Map(lastFirst.flatMap(({ clusters }) => [...clusters])),
    users: new Map(lastFirst.flatMap(({ users }) => [...users])),
  };
}
