import { isJsonObject, type JsonValue, type ObjectMeta } from '../../api/object.ts';

/** Longer strings are rarely equal. */
const maxLength = 256;
/** When so many different strings are known, all are forgotten: those that are frequent are known again soon. */
const maxStrings = 20_000;

/**
 * Gives equal strings of cached objects the same memory. The parser makes a new string for each reason, message, time and label of each
 * object, although thousands of objects have the same ones.
 */
export class InternedStrings {
  readonly #known = new Map<string, string>();

  /** Replaces strings in the labels, annotations, finalizers and the status of an object, in place. The object stays equal. */
  intern(object: { metadata: ObjectMeta; status?: unknown }): void {
    const { labels, annotations, finalizers } = object.metadata;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the object was parsed from JSON
    for (const part of [labels, annotations, finalizers, object.status as JsonValue | undefined]) {
      if (part !== undefined) this.#internIn(part);
    }
  }

  /** Without recursion, because the depth is not limited. */
  #internIn(root: JsonValue): void {
    const open: JsonValue[] = [root];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!isJsonObject(next) && !Array.isArray(next)) continue;
      const container: Record<string, JsonValue> | JsonValue[] = next;
      for (const [key, value] of Object.entries(container)) {
        if (typeof value === 'object') open.push(value);
        else if (typeof value === 'string' && value.length <= maxLength && key !== '__proto__') {
          Reflect.set(container, key, this.#interned(value));
        }
      }
    }
  }

  #interned(value: string): string {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (this.#known.size >= maxStrings) this.#known.clear();
    this.#known.set(value, value);
    return value;
  }
}
