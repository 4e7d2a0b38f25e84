import { spawn } from 'node:child_process';

/** A run of a credential plugin. */
export interface PluginRun {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Whether the plugin may read the terminal. */
  interactive: boolean;
  limitMs: number;
  installHint?: string | undefined;
}

/** Bytes. A certificate and a key have some thousands. */
const longestOutput = 1024 * 1024;
/** How long standard output is read after the plugin has ended. */
const outputGraceMs = 1000;

/**
 * Runs a credential plugin and resolves with what it printed. Its messages go to the standard error of this process. A plugin
 * that does not end in time is killed, and also a plugin that still runs when this process ends.
 */
export function runPlugin({ command, args, env, interactive, limitMs, installHint }: PluginRun): Promise<string> {
  const title = `exec plugin ${JSON.stringify(command)}`;
  return new Promise((resolve, reject) => {
    // Without the terminal, its messages pass through this process: whatever the plugin has started could otherwise keep
    // the standard error open after this process has ended.
    const child = spawn(command, args, {
      env,
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'pipe'],
    });
    const kill = () => child.kill('SIGKILL');
    const parts: Buffer[] = [];
    let length = 0;
    const end = (act: () => void) => {
      clearTimeout(timer);
      process.off('exit', kill);
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      act();
    };
    const fail = (problem: string, cause?: unknown) => {
      kill();
      end(() => reject(new Error(`${title} ${problem}`, { cause })));
    };
    const timer = setTimeout(() => fail(`has not ended after ${limitMs / 1000} s and was killed`), limitMs);
    process.once('exit', kill);
    child.stdout?.on('data', (data: Buffer) => {
      length += data.length;
      parts.push(data);
      if (length > longestOutput) fail(`printed more than ${longestOutput} bytes`);
    });
    child.stderr?.on('data', (data: Buffer) => process.stderr.write(data));
    child.on('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      if (missing) fail(`is not installed${installHint === undefined ? '' : `; ${installHint}`}`, error);
      else fail(`cannot be run: ${error.message}`, error);
    });
    const succeed = () => end(() => resolve(Buffer.concat(parts).toString('utf8')));
    child.on('close', succeed);
    child.on('exit', (code, signal) => {
      if (code !== 0) return fail(code === null ? `ended with ${signal}` : `failed with exit code ${code}`);
      // What the plugin has started may keep its standard output open.
      setTimeout(succeed, outputGraceMs).unref();
    });
  });
}
