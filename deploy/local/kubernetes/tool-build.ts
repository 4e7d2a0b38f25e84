import { runGo } from './go-command.ts';
import type { Output } from '../hub/line-output.ts';
import { Progress } from './progress.ts';

/** One run of the Go compiler. */
export interface GoBuild {
  /** The folder with go.mod. */
  module: string;
  /** The folder for the programs, one per package. */
  output: string;
  packages: readonly string[];
  ldflags: string;
  environment: Readonly<Record<string, string>>;
}

/** Runs `go build` and shows its progress. Throws an error of one line if Go is not installed, else with the last lines of Go. */
export async function goBuild(build: GoBuild, what: string, output: Output): Promise<void> {
  const progress = new Progress({ what: `building ${what}`, unit: 'packages' }, output);
  try {
    await compile(build, await listPackages(build, progress), progress);
  } finally {
    progress.stop();
  }
  output.print(`built ${what} in ${progress.seconds} s`);
}

/** Maps each package that the build needs to whether it must be compiled. The others are in the cache of Go. */
async function listPackages(
  { module, environment, packages, ldflags }: GoBuild,
  progress: Progress,
): Promise<ReadonlyMap<string, boolean>> {
  const format = '{{.Stale}} {{.ImportPath}}';
  const output = await runGo({
    args: ['list', '-deps', '-trimpath', '-ldflags', ldflags, '-f', format, ...packages],
    module,
    environment,
    takeProgress(line) {
      if (!isModuleDownload(line)) return false;
      progress.update({ done: 0, current: line });
      return true;
    },
  });
  const lines = output.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.startsWith('true ')]));
}

async function compile(
  { module, output, environment, packages, ldflags }: GoBuild,
  known: ReadonlyMap<string, boolean>,
  progress: Progress,
): Promise<void> {
  const total = [...known.values()].filter(Boolean).length;
  let done = 0;
  progress.update({ done, total });
  await runGo({
    // -v writes the name of each package that is compiled.
    args: ['build', '-v', '-trimpath', '-ldflags', ldflags, '-o', `${output}/`, ...packages],
    module,
    environment,
    takeProgress(line) {
      const isStale = known.get(line);
      if (isStale === undefined) return isModuleDownload(line);
      if (isStale) done += 1;
      progress.update({ done, total, current: line });
      return true;
    },
  });
}

function isModuleDownload(line: string): boolean {
  return line.startsWith('go: downloading ');
}
