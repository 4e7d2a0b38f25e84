import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Alias,
  type ParsedNode,
  type Scalar as ScalarNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { FieldPath } from '../../api/field-path.ts';
import { integerValue } from '../../api/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { UsageError } from '../../usage-error.ts';
import { keyText, losesDigits, plainScalar, shortTag, taggedScalar, type Scalar } from './yaml-scalar.ts';

/** One YAML document, as the JSON that kubectl would send. */
export interface YamlDocument {
  value: JsonValue;
  /** The line on which its content begins, from 1. */
  line: number;
  /** The lines on which the items of a list in the value begin. */
  linesOf: (list: JsonValue[]) => readonly number[];
  /** The numbers in a value that lose digits. */
  roundedIn: (value: JsonValue) => RoundedNumber[];
}

/** A number that the API server stores with other digits than a file has. */
export interface RoundedNumber {
  path: FieldPath;
  text: string;
}

/**
 * Reads YAML (or JSON, which is YAML too) as kubectl does. The schemas of the parser differ from go-yaml, so the parser returns
 * only strings, and the functions below determine their types. Throws UsageError that names file and line. `firstLine` is the
 * line on which the text begins in the file.
 */
export function readYaml(text: string, file: string, { firstLine = 1 } = {}): YamlDocument[] {
  const lineCounter = new LineCounter();
  const options = { lineCounter, schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false } as const;
  const documents = parseAllDocuments(text, options);
  return [...documents].map((document) => {
    const [error] = document.errors;
    const lineAt = (offset: number) => Math.max(lineCounter.linePos(offset).line, 1) + firstLine - 1;
    // The message goes on with the text around the error.
    if (error !== undefined) {
      const message = error.message.replace(/ at line \d+, column \d+:[^]*$/, '');
      throw new UsageError(`${file}:${lineAt(error.pos[0])}: ${message}`);
    }
    const { contents } = document;
    const reader = new DocumentReader(file, lineAt);
    const value = contents === null ? null : reader.document(contents);
    return {
      value,
      line: lineAt(contents?.range[0] ?? document.range[0]),
      linesOf: (list) => reader.linesOf(list),
      roundedIn: (within) => reader.roundedIn(within),
    };
  });
}

type Tree = Scalar | JsonValue[] | JsonObject;

/** The value of an anchor, and its number of nodes, including the nodes that aliases in it refer to. */
interface Anchored {
  tree: Tree;
  node: ParsedNode;
  size: number;
}

/** A value in a list or map; with its text if it is a number that loses digits. */
interface Item {
  value: JsonValue;
  text?: string | undefined;
}

/** Reads the nodes of one document in their order: an alias refers to the last anchor before it. */
class DocumentReader {
  readonly #file: string;
  readonly #lineAt: (offset: number) => number;
  readonly #anchors = new Map<string, Anchored | 'open'>();
  readonly #itemLines = new WeakMap<JsonValue[], number[]>();
  /** The texts of rounded numbers, by the list or map in which they are, and by index or key. */
  readonly #rounded = new Map<JsonValue, Map<string, string>>();
  #nodes = 1;
  #aliased = 0;

  constructor(file: string, lineAt: (offset: number) => number) {
    this.#file = file;
    this.#lineAt = lineAt;
  }

  document(contents: ParsedNode): JsonValue {
    return this.#json(contents);
  }

  linesOf(list: JsonValue[]): readonly number[] {
    return this.#itemLines.get(list) ?? [];
  }

  roundedIn(value: JsonValue, path: FieldPath = []): RoundedNumber[] {
    if (this.#rounded.size === 0 || typeof value !== 'object' || value === null) return [];
    const own = this.#rounded.get(value);
    return Object.entries(value).flatMap(([key, item]) => {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      const text = own?.get(key);
      return text === undefined ? this.roundedIn(item, at) : [{ path: at, text }];
    });
  }

  /** The value of a node, and its text if that is a number which is not stored as it is written. */
  #item(node: ParsedNode | null): Item {
    const value = this.#json(node);
    if (typeof value !== 'number' && typeof value !== 'bigint') return { value };
    const anchored = isAlias(node) ? this.#anchors.get(node.source) : undefined;
    const scalar = typeof anchored === 'object' ? anchored.node : node;
    const text = isScalar(scalar) && typeof scalar.value === 'string' ? scalar.value : undefined;
    return text !== undefined && losesDigits(text, value) ? { value, text } : { value };
  }

  #rememberTexts(container: JsonValue[] | JsonObject, items: Iterable<[string | number, Item]>): void {
    const texts = new Map<string, string>();
    for (const [key, { text }] of items) if (text !== undefined) texts.set(String(key), text);
    if (texts.size > 0) this.#rounded.set(container, texts);
  }

  #json(node: ParsedNode | null): JsonValue {
    const tree = this.#tree(node);
    if (typeof tree === 'bigint') return integerValue(tree);
    if (typeof tree !== 'number') return tree;
    if (!Number.isFinite(tree)) this.#refuse(node, `${tree} is not a number in JSON`);
    // JSON has no negative zero.
    return tree + 0;
  }

  #tree(node: ParsedNode | null): Tree {
    const before = this.#nodes;
    this.#nodes += 1;
    if (node === null) return null;
    if (isAlias(node)) return this.#aliasedTree(node);
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const tree = isMap(node) ? this.#map(node) : isSeq(node) ? this.#list(node) : this.#scalar(node);
    if (anchor !== undefined) this.#anchors.set(anchor, { tree, node, size: this.#nodes - before });
    return tree;
  }

  #aliasedTree(alias: Alias.Parsed): Tree {
    const name = alias.source;
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) return this.#refuse(alias, `*${name}: there is no anchor &${name} before it`);
    if (anchored === 'open') return this.#refuse(alias, `*${name} is inside the node that it refers to`);
    this.#nodes += anchored.size;
    this.#aliased += anchored.size;
    const share = this.#aliased / this.#nodes;
    if (this.#aliased > 100 && this.#nodes > 1000 && share > allowedShare(this.#nodes)) {
      this.#refuse(alias, `*${name}: aliases expand to a larger share of this document than kubectl allows`);
    }
    return anchored.tree;
  }

  #list({ items }: YAMLSeq.Parsed): JsonValue[] {
    const read = items.map((item) => this.#item(item));
    const list = read.map(({ value }) => value);
    this.#rememberTexts(list, read.entries());
    this.#itemLines.set(
      list,
      items.map((item) => this.#lineOf(item)),
    );
    return list;
  }

  /** The entries of the map and merged ones, in their order: as in go-yaml, the last entry of a key takes precedence. */
  #map({ items }: YAMLMap.Parsed): JsonObject {
    const entries = new Map<string, Item>();
    const own = new Set<string>();
    for (const { key, value } of items) {
      if (isMergeKey(key)) {
        for (const [name, merged] of this.#merged(value ?? key)) entries.set(name, merged);
        continue;
      }
      const name = this.#key(key);
      // kubectl would silently use the last one.
      if (own.has(name)) this.#refuse(key, `the key ${JSON.stringify(name)} is defined twice: keys must be unique`);
      own.add(name);
      entries.set(name, this.#item(value));
    }
    const map = Object.fromEntries([...entries].map(([name, { value }]) => [name, value]));
    this.#rememberTexts(map, entries);
    return map;
  }

  #key(node: ParsedNode): string {
    const key = this.#tree(node);
    const text = typeof key === 'object' && key !== null ? undefined : keyText(key);
    if (text !== undefined) return text;
    const found = Array.isArray(key) ? 'a list' : isJsonObject(key) ? 'a map' : String(key);
    return this.#refuse(node, `a key must be a string, not ${found}`);
  }

  #merged(node: ParsedNode): [string, Item][] {
    // The first of several maps takes precedence.
    const sources = isSeq(node) ? node.items.toReversed() : [node];
    return sources.flatMap((source) => {
      const tree = isSeq(source) ? undefined : this.#tree(source);
      if (!isJsonObject(tree)) return this.#refuse(source, '<< takes a map or a list of maps');
      const texts = this.#rounded.get(tree);
      return Object.entries(tree).map(([name, value]): [string, Item] => [name, { value, text: texts?.get(name) }]);
    });
  }

  #scalar(node: ScalarNode.Parsed): Scalar {
    const { source, tag, type } = node;
    const text = typeof node.value === 'string' ? node.value : source;
    if (tag === undefined) return type === 'PLAIN' ? plainScalar(text) : text;
    const scalar = taggedScalar(text, tag);
    return scalar === undefined ? this.#refuse(node, `${JSON.stringify(text)} is not ${shortTag(tag)}`) : scalar;
  }

  #lineOf(node: ParsedNode | null): number {
    return this.#lineAt(node?.range[0] ?? 0);
  }

  #refuse(node: ParsedNode | null, message: string): never {
    throw new UsageError(`${this.#file}:${this.#lineOf(node)}: ${message}`);
  }
}

function isMergeKey(key: ParsedNode): boolean {
  if (!isScalar(key) || key.value !== '<<') return false;
  return key.tag === undefined ? key.type === 'PLAIN' : key.tag === 'tag:yaml.org,2002:merge';
}

/** The share of nodes that may come from aliases: 99 % in small documents, 10 % in large ones. Source: go-yaml v2, `decode.go`. */
function allowedShare(nodes: number): number {
  const [small, large] = [400_000, 4_000_000];
  return 0.99 - 0.89 * Math.min(Math.max((nodes - small) / (large - small), 0), 1);
}
