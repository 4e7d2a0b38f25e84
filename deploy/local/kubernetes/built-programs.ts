import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureCachedFolder } from './cached-folder.ts';
import { versions } from './kubernetes-release.ts';
import type { ProgramOptions, ProgramSet } from './program-set.ts';
import { goBuild } from './tool-build.ts';

const module = import.meta.dirname;

// The release build of Kubernetes sets these. Without them every version is v0.0.0-master, and kubectl warns of a version skew.
const [major = '', minor = ''] = versions.kubernetes.slice(1).split('.');
const ldflags = [
  '-s -w',
  `-X k8s.io/component-base/version.gitVersion=${versions.kubernetes}`,
  `-X k8s.io/component-base/version.gitMajor=${major}`,
  `-X k8s.io/component-base/version.gitMinor=${minor}`,
  `-X k8s.io/client-go/pkg/version.gitVersion=${versions.kubernetes}`,
].join(' ');

/** The folder in the cache for programs that are built from these sources for this platform. It exists if they are built. */
export async function builtFolder(cache: string, set: ProgramSet): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n${ldflags}\n`);
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(module, file)));
  return join(cache, `${hash.digest('hex').slice(0, 16)}-${set.name}`);
}

/** Builds the programs unless they are in the cache. */
export async function ensureBuilt(options: ProgramOptions, set: ProgramSet): Promise<string> {
  const { cache, environment, output } = options;
  return ensureCachedFolder({
    path: await builtFolder(cache, set),
    async fill(folder) {
      output.print(`building Kubernetes ${versions.kubernetes} into ${cache} (${set.buildTime}, once)`);
      const build = { module, output: folder, packages: set.packages, ldflags, environment };
      await goBuild(build, 'Kubernetes', output);
    },
    onWait: (pid) => output.print(`process ${pid} is building Kubernetes; waiting for it`),
  });
}
