import { formatPath } from '../../api/field-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { didYouMean } from '../text/did-you-mean.ts';

/** A value may have a problem in every field. This many are enough for a message. */
const maxProblems = 100;

/**
 * Reads values of a free-form field by their expected types and collects a problem for each mismatch. null equals
 * absent, as in the API server.
 */
export class ShapeReader {
  readonly problems: { path: string; message: string }[] = [];
  readonly #listLimit: number;

  /** Lists may have at most `listLimit` entries. Further entries are reported and not read. */
  constructor(listLimit: number) {
    this.#listLimit = listLimit;
  }

  /** Only the first 100 problems are kept. */
  report(path: string, message: string): void {
    if (this.problems.length < maxProblems) this.problems.push({ path, message });
  }

  /** The known fields of an object, except those that are null. Unknown fields are reported. */
  fields(value: JsonValue, path: string, known: readonly string[]): JsonObject {
    if (!isJsonObject(value)) {
      this.report(path, `must be an object, not ${nameOf(value)}`);
      return {};
    }
    for (const field of Object.keys(value)) {
      if (known.includes(field) || this.problems.length >= maxProblems) continue;
      const hint = didYouMean(field, known) || `; known are ${known.join(', ')}`;
      this.report(below(path, field), `unknown field${hint}`);
    }
    return Object.fromEntries(Object.entries(value).filter(([key, item]) => known.includes(key) && item !== null));
  }

  list(value: JsonValue | undefined, path: string): JsonValue[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.report(path, `must be a list, not ${nameOf(value)}`);
      return [];
    }
    const limit = this.#listLimit;
    if (value.length > limit) this.report(path, `has ${value.length} entries; at most ${limit} are allowed`);
    return value.slice(0, limit);
  }

  /** The strings in a list, each of at most `maxLength` characters. */
  strings(value: JsonValue | undefined, path: string, maxLength: number): string[] {
    return this.list(value, path).flatMap((item, index) => this.string(item, `${path}[${index}]`, maxLength) ?? []);
  }

  /** A string of at most `maxLength` characters. */
  string(value: JsonValue | undefined, path: string, maxLength: number): string | undefined {
    if (value === undefined || (typeof value === 'string' && value.length <= maxLength)) return value;
    const isTooLong = typeof value === 'string';
    this.report(
      path,
      isTooLong
        ? `has ${value.length} characters; at most ${maxLength} are allowed`
        : `must be a string, not ${nameOf(value)}`,
    );
    return undefined;
  }

  object(value: JsonValue | undefined, path: string): JsonObject | undefined {
    if (value === undefined || isJsonObject(value)) return value;
    this.report(path, `must be an object, not ${nameOf(value)}`);
    return undefined;
  }

  flag(value: JsonValue | undefined, path: string): boolean {
    if (value === undefined || typeof value === 'boolean') return value === true;
    this.report(path, `must be true or false, not ${nameOf(value)}`);
    return false;
  }
}

function nameOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'bigint') return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function below(path: string, field: string): string {
  const segment = formatPath([field.length > 80 ? `${field.slice(0, 80)}…` : field]);
  return segment.startsWith('[') ? path + segment : `${path}.${segment}`;
}
