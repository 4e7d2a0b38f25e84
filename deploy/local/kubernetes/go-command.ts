import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** One run of the Go command. */
export interface GoCommand {
  args: readonly string[];
  /** The folder with go.mod. */
  module: string;
  environment: Readonly<Record<string, string>>;
  /** Called with each line of stderr. True if the line reports progress. Other lines are part of the error message. */
  takeProgress: (line: string) => boolean;
}

const keptLines = 15;

/** Runs `go` and returns its output. Throws an error of one line if Go is not installed, else with the last lines of Go. */
export async function runGo({ args, module, environment, takeProgress }: GoCommand): Promise<string> {
  const child = spawn('go', args, { cwd: module, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const messages: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (takeProgress(line)) return;
    messages.push(line.slice(0, 1000));
    if (messages.length > keptLines) messages.shift();
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      const needed = 'the local hub needs Go 1.26 or later to build Kubernetes: https://go.dev/dl';
      reject(missing ? new Error(needed, { cause: error }) : error);
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${args[0] ?? ''} failed:\n${messages.join('\n').trimEnd()}`));
    });
  });
  const [output] = await Promise.all([text(child.stdout), ended]);
  return output;
}
