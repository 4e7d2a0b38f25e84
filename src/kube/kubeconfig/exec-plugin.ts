import { isatty } from 'node:tty';
import { execInfo, readExecCredential, type ExecCredential } from './exec-credential.ts';
import type { Cluster, Environment, ExecConfig } from './kube-config.ts';
import { runPlugin } from './run-plugin.ts';

/** How long a credential plugin may take, in ms. */
export interface PluginLimits {
  /** For a plugin that cannot read the terminal. */
  silent: number;
  /** For a plugin that may ask the user, or wait for a login in a browser. */
  interactive: number;
}

export const defaultPluginLimits: PluginLimits = { silent: 60_000, interactive: 300_000 };

/** The file descriptor of standard input. */
const standardInput = 0;

/** A credential plugin. Its answer is used until it expires, or until the API server rejects it. */
export class ExecPlugin {
  readonly #exec: ExecConfig;
  readonly #cluster: Cluster;
  readonly #environment: Environment;
  readonly #limits: PluginLimits;
  #known: ExecCredential | undefined;

  constructor(exec: ExecConfig, cluster: Cluster, environment: Environment, limits: PluginLimits) {
    this.#exec = exec;
    this.#cluster = cluster;
    this.#environment = environment;
    this.#limits = limits;
  }

  /** `authority` is the certificate authority (PEM) of the cluster. Throws an error with a message of one line. */
  async credential(authority: Buffer | undefined): Promise<ExecCredential> {
    if (this.#known === undefined || (this.#known.expiresAt ?? Infinity) <= Date.now()) {
      this.#known = await this.#run(authority);
    }
    return this.#known;
  }

  /** Runs the plugin the next time, although its answer has not expired. */
  forget(): void {
    this.#known = undefined;
  }

  async #run(authority: Buffer | undefined): Promise<ExecCredential> {
    const { command, args, env, apiVersion, installHint, interactiveMode } = this.#exec;
    const hasTerminal = isatty(standardInput);
    if (interactiveMode === 'Always' && !hasTerminal) {
      throw new Error(
        `exec plugin ${JSON.stringify(command)} needs a terminal (interactiveMode: Always), but standard input is none`,
      );
    }
    const interactive = interactiveMode !== 'Never' && hasTerminal;
    const info = execInfo(this.#exec, this.#cluster, { authority, interactive });
    const output = await runPlugin({
      command,
      args,
      env: { ...this.#environment, ...env, KUBERNETES_EXEC_INFO: info },
      interactive,
      limitMs: interactive ? this.#limits.interactive : this.#limits.silent,
      installHint,
    });
    try {
      return readExecCredential(output, apiVersion);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`exec plugin ${JSON.stringify(command)}: ${reason}`, { cause });
    }
  }
}
