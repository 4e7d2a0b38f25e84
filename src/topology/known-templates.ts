import { LRUCache } from 'lru-cache';
import type { TopologyContext } from '../api/topology-context.ts';
import { textBytes } from '../api/text-bytes.ts';

/** What is known about a template. */
interface KnownTemplate {
  id: number;
  /** The fields of the context that have an effect on it; `undefined` until they are known. */
  contextFields?: readonly string[];
}

/** The part of an input that has an effect on its result. */
export interface EffectiveInput {
  /** Stands for the template. Two templates never have the same. */
  id: number;
  /** The context, or the values of the fields that have an effect. */
  effective: unknown;
}

const maxTemplates = 200;
/** About how many bytes of memory all templates together may need. */
const maxTotalBytes = 8 * 1024 * 1024;

/** Remembers which fields of the context have an effect on each template. A forgotten template gets a new number. */
export class KnownTemplates {
  readonly #known = new LRUCache<string, KnownTemplate>({
    max: maxTemplates,
    maxSize: maxTotalBytes,
    sizeCalculation: (_, template) => textBytes(template),
  });
  #last = 0;

  /** Remembers the fields that have an effect on a template. */
  learn(template: string, contextFields: readonly string[]): void {
    this.#known.set(template, { id: this.#of(template).id, contextFields });
  }

  /** What identifies the result of a template with a context. */
  inputOf(template: string, context: TopologyContext | undefined): EffectiveInput {
    const { id, contextFields } = this.#of(template);
    if (context === undefined || contextFields === undefined) return { id, effective: { context } };
    const fields = new Map<string, unknown>(Object.entries(context));
    return { id, effective: contextFields.map((field) => fields.get(field) ?? null) };
  }

  #of(template: string): KnownTemplate {
    const known = this.#known.get(template);
    if (known !== undefined) return known;
    this.#last += 1;
    const added = { id: this.#last };
    this.#known.set(template, added);
    return added;
  }
}
