import { LRUCache } from 'lru-cache';
import type { TopologyShape } from '../../../domain/render/topology-shape.ts';
import type { SampleEnvironment } from '../../../domain/render/sample-render.ts';

/** What is known about the render of an Environment for a sample deployment. Only what cannot change is remembered: no failure. */
export interface KnownSample {
  /** The topology accepts the properties. */
  isValid?: true;
  /** The render can be applied. */
  isUsable?: true;
  /** The objects of the render. They are frozen. */
  shape?: TopologyShape;
}

interface Entry extends KnownSample {
  shapeBytes: number;
}

const nothing: KnownSample = {};

/** The maximum size of everything that is remembered, in bytes of heap. */
const maxTotalBytes = 8 * 1024 * 1024;
/** What would take more of it is not remembered. */
const maxBytes = 512 * 1024;
/** Parsed objects take about this many bytes for each character of their JSON. */
const bytesPerCharacter = 8;
/** The maximum length of all templates that have a number. */
const maxTemplateCharacters = 4 * 1024 * 1024;
/** An entry without its key and its shape, in bytes. */
const entryBytes = 200;

/**
 * Remembers renders of Environments for a sample deployment, because several gatherers need the same one, and an Environment is often
 * edited without an effect on its render. A render depends on nothing but the input that is the key, and on the settings of renders: all
 * requests that share this memory must have the same settings.
 */
export class RememberedSamples {
  /** A number for each template, so that a key does not contain the template. Two templates never have the same. */
  readonly #templates = new LRUCache<string, number>({
    maxSize: maxTemplateCharacters,
    sizeCalculation: (_, template) => Math.max(1, template.length),
  });
  #lastTemplate = 0;
  readonly #entries = new LRUCache<string, Entry>({ maxSize: maxTotalBytes });

  /** What is known about a render. */
  find(sample: SampleEnvironment): KnownSample {
    return this.#entries.get(this.#keyOf(sample)) ?? nothing;
  }

  /** Adds to what is known about a render. It freezes the shape. */
  add(sample: SampleEnvironment, found: KnownSample): void {
    const key = this.#keyOf(sample);
    const before = this.#entries.peek(key);
    const bytes = found.shape === undefined ? 0 : JSON.stringify(found.shape).length * bytesPerCharacter;
    const shapeBytes = Math.max(before?.shapeBytes ?? 0, bytes);
    const size = entryBytes + key.length + shapeBytes;
    if (size > maxBytes) return;
    if (found.shape !== undefined) freeze(found.shape);
    this.#entries.set(key, { ...before, ...found, shapeBytes }, { size });
  }

  #keyOf({ namespace, name, isBuiltin, template, properties }: SampleEnvironment): string {
    return JSON.stringify([this.#numberOf(template), isBuiltin, namespace, name, properties]);
  }

  #numberOf(template: string): number {
    const known = this.#templates.get(template);
    if (known !== undefined) return known;
    this.#lastTemplate += 1;
    this.#templates.set(template, this.#lastTemplate);
    return this.#lastTemplate;
  }
}

/** Freezes a value and everything in it. Renders are not nested deeply. */
function freeze(value: object): void {
  Object.freeze(value);
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
}
