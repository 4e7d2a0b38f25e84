import { InvalidKubeConfig } from './kube-config.ts';

/** Reads the fields of one map of a kubeconfig file. A field of another type throws InvalidKubeConfig, as kubectl refuses it. */
export class FieldReader {
  readonly path: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  /** `path` is the beginning of each message: the file, and the path of the map in it. */
  constructor(value: unknown, path: string) {
    if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      throw new InvalidKubeConfig(`${path}: must be a map`);
    }
    this.path = path;
    this.#fields = { ...value };
  }

  /** Whether the field has a value. */
  has(name: string): boolean {
    return (this.#fields[name] ?? undefined) !== undefined;
  }

  /** Undefined if the field is absent or empty. */
  text(name: string): string | undefined {
    const value = this.#fields[name] ?? undefined;
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw this.problem(name, 'must be a string; put it in quotes');
    return value;
  }

  flag(name: string): boolean {
    const value = this.#fields[name] ?? false;
    if (typeof value !== 'boolean') throw this.problem(name, 'must be true or false');
    return value;
  }

  /** The bytes of a base64 text. Undefined if the field is absent or empty. */
  bytes(name: string): Buffer | undefined {
    const value = this.text(name)?.replaceAll(/[\r\n]/g, '');
    if (value === undefined) return undefined;
    const bytes = Buffer.from(value, 'base64');
    if (bytes.toString('base64') !== value) throw this.problem(name, 'must be base64');
    return bytes;
  }

  map(name: string): FieldReader {
    return new FieldReader(this.#fields[name], `${this.path}.${name}`);
  }

  raw(name: string): unknown {
    return this.#fields[name];
  }

  list(name: string): FieldReader[] {
    return this.#list(name).map((item, index) => new FieldReader(item, `${this.path}.${name}[${index}]`));
  }

  texts(name: string): string[] {
    return this.#list(name).map((item, index) => {
      if (typeof item !== 'string') throw this.problem(`${name}[${index}]`, 'must be a string; put it in quotes');
      return item;
    });
  }

  names(): string[] {
    return Object.keys(this.#fields);
  }

  problem(name: string, text: string): InvalidKubeConfig {
    return new InvalidKubeConfig(`${this.path}.${name}: ${text}`);
  }

  #list(name: string): unknown[] {
    const value = this.#fields[name] ?? [];
    if (!Array.isArray(value)) throw this.problem(name, 'must be a list');
    return value;
  }
}
