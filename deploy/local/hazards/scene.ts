import { join } from 'node:path';
import type { Client } from '../../../src/kube/client/client.ts';
import { hubClient } from '../hub/apply/hub-client.ts';
import { shortPath } from '../hub/short-path.ts';
import type { Hub } from '../hub/up.ts';
import { callOf, kubectl, type Said } from './kubectl.ts';

const attempts = 3;

/** One hazard being played in a namespace of its own on a hub: what is done, and the story of it so far. */
export class Scene {
  readonly hub: Hub;
  /** On the hub; unless a manifest says otherwise, on the spokes too. */
  readonly namespace: string;
  readonly lines: string[] = [];
  readonly #clients = new Map<string, Client>();

  constructor(hub: Hub, namespace: string) {
    this.hub = hub;
    this.namespace = namespace;
  }

  tell(sentence: string): void {
    this.lines.push('', sentence);
  }

  /** kubectl in the scene's namespace that has to succeed. */
  async does(...words: string[]): Promise<string> {
    return this.#succeed(['-n', this.namespace, ...words]);
  }

  /** kubectl that has to be refused by a rule, and to name things in the refusal. */
  async isRefused(code: string, names: readonly string[], ...words: string[]): Promise<void> {
    const call = ['-n', this.namespace, ...words];
    const { code: exit, text } = await this.#run(call);
    if (exit === 0) throw new Error(`${callOf(call)} should have been refused with ${code}: ${text}`);
    this.#expect(call, text, [`(${code})`, ...names]);
  }

  /** kubectl that has to succeed with a warning of a rule. */
  async isWarned(code: string, ...words: string[]): Promise<void> {
    const call = ['-n', this.namespace, ...words];
    const text = await this.#succeed(call);
    this.#expect(call, text, ['Warning: ', `(${code})`]);
  }

  /** kubectl whose every word is given, told and not judged. */
  async shows(...words: string[]): Promise<Said> {
    return this.#run(words);
  }

  /** What reads the hub, or a spoke, without telling. */
  client(spoke?: string): Client {
    const path = spoke === undefined ? this.hub.kubeconfig : (this.hub.spokes[spoke] ?? spoke);
    const client = this.#clients.get(path) ?? hubClient(path);
    this.#clients.set(path, client);
    return client;
  }

  async #succeed(call: string[]): Promise<string> {
    const { code, text } = await this.#run(call);
    if (code !== 0) throw new Error(`${callOf(call)} ended with ${code}: ${text}`);
    return text;
  }

  async #run(call: string[]): Promise<Said> {
    for (let attempt = 1; ; attempt += 1) {
      const said = await kubectl(this.hub, call);
      this.lines.push(`$ ${callOf(call)}`, ...(said.text === '' ? [] : [said.text]));
      // A machine with too much to do gives no verdict in time, and says: try again.
      if (said.code === 0 || attempt === attempts || !said.text.includes('(Timeout)')) return said;
    }
  }

  #expect(call: readonly string[], text: string, parts: readonly string[]): void {
    const missing = parts.filter((part) => !text.includes(part));
    if (missing.length > 0) throw new Error(`${callOf(call)} does not say ${missing.join(', ')}: ${text}`);
  }
}

/** A manifest of the hazards, as somebody here would name it. */
export function manifest(name: string): string {
  return shortPath(join(import.meta.dirname, 'manifests', name), process.cwd());
}
