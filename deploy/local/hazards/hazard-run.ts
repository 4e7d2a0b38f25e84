import { join } from 'node:path';
import type { Client } from '../../../src/kube/client/client.ts';
import { createHubClient } from '../hub/apply/hub-client.ts';
import { shortenPath } from '../hub/short-path.ts';
import type { Hub } from '../hub/up.ts';
import { formatCommand, kubectl, type KubectlResult } from './kubectl.ts';

const maxAttempts = 3;

/** The run of one hazard in a namespace of its own. It records every sentence, command and output in a transcript. */
export class HazardRun {
  readonly hub: Hub;
  /** A namespace on the hub, and also the one on the spokes unless a manifest names another. */
  readonly namespace: string;
  readonly transcript: string[] = [];
  readonly #clients = new Map<string, Client>();

  constructor(hub: Hub, namespace: string) {
    this.hub = hub;
    this.namespace = namespace;
  }

  /** Adds a sentence to the transcript. */
  explain(sentence: string): void {
    this.transcript.push('', sentence);
  }

  /** Runs kubectl in the namespace. Throws if it fails. */
  async kubectl(...args: string[]): Promise<string> {
    return this.#runSuccessfully(['-n', this.namespace, ...args]);
  }

  /** Runs kubectl in the namespace. Throws unless a rule denies the request and the message contains all of `names`. */
  async expectDenial(rule: string, names: readonly string[], ...args: string[]): Promise<void> {
    const all = ['-n', this.namespace, ...args];
    const { code, output } = await this.#run(all);
    if (code === 0) throw new Error(`${rule} should have denied ${formatCommand(all)}: ${output}`);
    this.#expectParts(all, output, [`(${rule})`, ...names]);
  }

  /** Runs kubectl in the namespace. Throws unless it succeeds with a warning of the rule. */
  async expectWarning(rule: string, ...args: string[]): Promise<void> {
    const all = ['-n', this.namespace, ...args];
    const output = await this.#runSuccessfully(all);
    this.#expectParts(all, output, ['Warning: ', `(${rule})`]);
  }

  /** Runs kubectl with exactly these arguments. Whether it succeeds is for the caller to check. */
  async kubectlUnchecked(...args: string[]): Promise<KubectlResult> {
    return this.#run(args);
  }

  /** A client of the hub, or of a spoke. What it reads is not in the transcript. */
  client(spoke?: string): Client {
    const path = spoke === undefined ? this.hub.kubeconfig : (this.hub.spokes[spoke] ?? spoke);
    const client = this.#clients.get(path) ?? createHubClient(path);
    this.#clients.set(path, client);
    return client;
  }

  async #runSuccessfully(args: string[]): Promise<string> {
    const { code, output } = await this.#run(args);
    if (code !== 0) throw new Error(`${formatCommand(args)} ended with ${code}: ${output}`);
    return output;
  }

  async #run(args: string[]): Promise<KubectlResult> {
    for (let attempt = 1; ; attempt += 1) {
      const result = await kubectl(this.hub, args);
      this.transcript.push(`$ ${formatCommand(args)}`, ...(result.output === '' ? [] : [result.output]));
      // On a busy machine the webhook may time out. Its message then asks the user to try again.
      if (result.code === 0 || attempt === maxAttempts || !result.output.includes('(Timeout)')) return result;
    }
  }

  #expectParts(args: readonly string[], output: string, parts: readonly string[]): void {
    const missing = parts.filter((part) => !output.includes(part));
    if (missing.length > 0) throw new Error(`${formatCommand(args)} does not say ${missing.join(', ')}: ${output}`);
  }
}

/** The path of a manifest of the hazards, relative to the current directory. */
export function manifestPath(name: string): string {
  return shortenPath(join(import.meta.dirname, 'manifests', name), process.cwd());
}
