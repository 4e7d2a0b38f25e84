import { spawn } from 'node:child_process';

/** One run of the Go compiler. */
export interface GoBuild {
  /** Folder that holds go.mod. */
  module: string;
  /** Folder for what is built; ends up with one file per package. */
  output: string;
  packages: readonly string[];
  ldflags: string;
  environment: Readonly<Record<string, string>>;
}

const progressMs = 15_000;

/** Runs `go build`, with a line of progress now and then. Throws one line where there is no Go, or the compiler's last ones. */
export async function goBuild(build: GoBuild, what: string, print: (line: string) => void): Promise<void> {
  const began = performance.now();
  const elapsed = () => `${Math.round((performance.now() - began) / 1000)} s`;
  const progress = setInterval(() => print(`building ${what}: ${elapsed()} so far`), progressMs);
  try {
    await compile(build);
  } finally {
    clearInterval(progress);
  }
  print(`built ${what} in ${elapsed()}`);
}

function compile({ module, output, packages, ldflags, environment }: GoBuild): Promise<void> {
  const args = ['build', '-trimpath', '-ldflags', ldflags, '-o', `${output}/`, ...packages];
  const child = spawn('go', args, { cwd: module, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      reject(
        missing
          ? new Error('the local hub needs Go 1.26 or later to build Kubernetes: https://go.dev/dl', { cause: error })
          : error,
      );
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go build failed:\n${complaints.trimEnd().split('\n').slice(-15).join('\n')}`));
    });
  });
}
