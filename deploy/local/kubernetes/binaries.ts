import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../hub/files/lock.ts';
import { pathExists } from '../hub/files/path-exists.ts';
import { goBuild } from './tool-build.ts';

/** Paths of the programs that a cluster is made of. */
export interface Binaries {
  etcd: string;
  apiserver: string;
  controllerManager: string;
  kubectl: string;
}

const module = import.meta.dirname;
const controllerManagerPackage = 'k8s.io/kubernetes/cmd/kube-controller-manager';

// Kubernetes' own release build sets these; without them every version reads v0.0.0-master and kubectl warns of skew.
const version = { git: 'v1.37.2', major: '1', minor: '37' };
const ldflags = [
  '-s -w',
  `-X k8s.io/component-base/version.gitVersion=${version.git}`,
  `-X k8s.io/component-base/version.gitMajor=${version.major}`,
  `-X k8s.io/component-base/version.gitMinor=${version.minor}`,
  `-X k8s.io/client-go/pkg/version.gitVersion=${version.git}`,
].join(' ');

/** Where the programs come from; `environment` is the caller's, `cache` the folder for what is built. */
export interface BinaryOptions {
  cache: string;
  environment: Readonly<Record<string, string>>;
  print: (line: string) => void;
}

/** The programs, from `$KUBEBUILDER_ASSETS` where that is set, else built once per version of the sources. */
export async function ensureBinaries(options: BinaryOptions): Promise<Binaries> {
  const assets = options.environment['KUBEBUILDER_ASSETS'];
  if (assets === undefined || assets === '') {
    const folder = await built(options, 'all', ['tool'], 'about 7 minutes on 2 cores');
    return {
      etcd: join(folder, 'server'), // go.etcd.io/etcd/server builds a program of that name
      apiserver: join(folder, 'kube-apiserver'),
      controllerManager: join(folder, 'kube-controller-manager'),
      kubectl: join(folder, 'kubectl'),
    };
  }
  const given = {
    etcd: join(assets, 'etcd'),
    apiserver: join(assets, 'kube-apiserver'),
    kubectl: join(assets, 'kubectl'),
  };
  for (const path of Object.values(given)) {
    if (!(await pathExists(path))) throw new Error(`$KUBEBUILDER_ASSETS is set, but there is no ${path}`);
  }
  const beside = join(assets, 'kube-controller-manager');
  if (await pathExists(beside)) return { ...given, controllerManager: beside };
  const folder = await built(options, 'controller-manager', [controllerManagerPackage], 'about 5 minutes on 2 cores');
  return { ...given, controllerManager: join(folder, 'kube-controller-manager') };
}

async function built(options: BinaryOptions, what: string, packages: string[], howLong: string): Promise<string> {
  const { cache, print } = options;
  const folder = join(cache, `${await sourceHash()}-${what}`);
  if (await pathExists(folder)) return folder;
  const wait = (pid: number) => print(`process ${pid} builds Kubernetes already; waiting for it`);
  return withLock(
    `${folder}.lock`,
    async () => {
      if (await pathExists(folder)) return folder;
      await removeDrafts(cache, `${folder}.draft-`);
      print(`building Kubernetes ${version.git} into ${cache} (${howLong}, once)`);
      const output = await mkdtemp(`${folder}.draft-`);
      await goBuild({ module, output, packages, ldflags, environment: options.environment }, 'Kubernetes', print);
      await rename(output, folder); // so that a folder under its final name is always whole
      return folder;
    },
    { onWait: wait },
  );
}

/** What builds before us left when they were killed; we hold the lock, so nobody uses them. */
async function removeDrafts(cache: string, start: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  for (const entry of await readdir(cache)) {
    const path = join(cache, entry);
    if (path.startsWith(start)) await rm(path, { recursive: true, force: true });
  }
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n${ldflags}\n`);
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(module, file)));
  return hash.digest('hex').slice(0, 16);
}
