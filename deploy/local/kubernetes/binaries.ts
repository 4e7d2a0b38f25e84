import { join } from 'node:path';
import { builtFolder, ensureBuilt } from './built-programs.ts';
import { findRelease, tryDownload } from './downloaded-programs.ts';
import type { ProgramName } from './kubernetes-release.ts';
import { pathExists } from '../hub/files/path-exists.ts';
import { allPrograms, controllerManagerOnly, type ProgramOptions, type ProgramSet } from './program-set.ts';

/** Paths of the programs that a cluster is made of. */
export interface Binaries {
  etcd: string;
  apiserver: string;
  controllerManager: string;
  kubectl: string;
}

/**
 * The programs from `$KUBEBUILDER_ASSETS` if that is set, else from the cache, else downloaded, else built. Throws
 * ChecksumError if a download has the wrong content.
 */
export async function ensureBinaries(options: ProgramOptions): Promise<Binaries> {
  const assets = options.environment['KUBEBUILDER_ASSETS'];
  if (assets === undefined || assets === '') {
    const pathOf = await ensurePrograms(options, allPrograms);
    return {
      etcd: pathOf('etcd'),
      apiserver: pathOf('kube-apiserver'),
      controllerManager: pathOf('kube-controller-manager'),
      kubectl: pathOf('kubectl'),
    };
  }
  const given = {
    etcd: join(assets, 'etcd'),
    apiserver: join(assets, 'kube-apiserver'),
    kubectl: join(assets, 'kubectl'),
  };
  for (const path of Object.values(given)) {
    if (!(await pathExists(path))) throw new Error(`$KUBEBUILDER_ASSETS is set, but ${path} does not exist`);
  }
  const beside = join(assets, 'kube-controller-manager');
  if (await pathExists(beside)) return { ...given, controllerManager: beside };
  const pathOf = await ensurePrograms(options, controllerManagerOnly);
  return { ...given, controllerManager: pathOf('kube-controller-manager') };
}

async function ensurePrograms(options: ProgramOptions, set: ProgramSet): Promise<(program: ProgramName) => string> {
  const release = await findRelease(options, set);
  if (release !== undefined) {
    const isDownloaded = await pathExists(release.folder);
    const isBuilt = !isDownloaded && (await pathExists(await builtFolder(options.cache, set)));
    if (isDownloaded || (!isBuilt && (await tryDownload(options, release)))) {
      return (program) => join(release.folder, program);
    }
  }
  const folder = await ensureBuilt(options, set);
  // go.etcd.io/etcd/server builds a program called server.
  return (program) => join(folder, program === 'etcd' ? 'server' : program);
}
