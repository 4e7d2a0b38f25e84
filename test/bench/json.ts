/**
 * Compares mooring's JSON functions and edit distance with npm packages, both sides in one run, and prints the time of
 * each package relative to mooring (below 1 is faster) and in how many random inputs the results differ.
 *
 * Packages that mooring does not depend on are measured if they are installed:
 * `npm install --no-save canonicalize@4.0.0 json-stable-stringify@1.3.0 fast-json-stable-stringify@2.1.0 fast-json-patch@3.1.1 \
 *   rfc6902@5.4.0 fastest-levenshtein@1.0.16 leven@4.1.0 damerau-levenshtein@1.0.8`
 */
import fc from 'fast-check';
import { parseJson } from '../../src/api/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/object.ts';
import { canonicalJson, sameJson } from '../../src/domain/json/canonical-json.ts';
import { jsonPatch } from '../../src/domain/json/json-patch.ts';
import { nearestCandidate } from '../../src/domain/text/did-you-mean.ts';
import { anyJson, anyJsonObject } from '../support/any-json.ts';

const samples = 10_000;
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** A function of a package, or undefined if the package is not installed. */
async function load<F>(name: string, pick: (module: Record<string, unknown>) => unknown): Promise<F | undefined> {
  try {
    return pick(await import(name)) as F;
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Median time of one call in microseconds, over seven rounds after a warm-up. */
function microseconds(call: () => unknown): number {
  for (let count = 0; count < 200; count += 1) call();
  const rounds = Array.from({ length: 7 }, () => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < 150) {
      call();
      count += 1;
    }
    return ((performance.now() - start) * 1000) / count;
  });
  return rounds.toSorted((left, right) => left - right)[3] ?? 0;
}

function report(what: string, ours: number, rows: readonly { name: string; time: number; differing: number }[]): void {
  print(`${what}: mooring ${ours.toFixed(1)} µs`);
  for (const { name, time, differing } of rows) {
    print(`  ${name}: ${(time / ours).toFixed(2)} of the time, ${differing} of ${samples} results differ`);
  }
}

/** How many results differ from the expected ones; an exception counts as a difference. */
function countDifferences<T>(
  inputs: readonly T[],
  expected: (input: T) => string,
  found: (input: T) => string,
): number {
  return inputs.filter((input) => {
    try {
      return found(input) !== expected(input);
    } catch {
      return true;
    }
  }).length;
}

/** A WorkloadProfile of a usual shape. */
function profile(components: number): JsonObject {
  const component = (index: number): JsonObject => ({
    name: `component-${index}`,
    type: 'webservice',
    properties: {
      image: `example/app:${index}`,
      ports: [{ port: 8080, expose: true }],
      env: Object.fromEntries(Array.from({ length: 12 }, (_, key) => [`KEY_${(key * 7) % 12}`, `value ${key}`])),
    },
    traits: [{ type: 'resources', properties: { requests: { memory: '128Mi', cpu: '100m' } } }],
  });
  return {
    metadata: { namespace: 'team', name: 'web', labels: { tier: 'gold' }, annotations: { owner: 'jane' } },
    spec: {
      version: '1.3.6',
      workload: { components: Array.from({ length: components }, (_, index) => component(index)) },
    },
  };
}

/** What the webhook does to it: stamps and a default. */
function stamped(object: JsonObject): JsonObject {
  const copy = structuredClone(object);
  const metadata = isJsonObject(copy['metadata']) ? copy['metadata'] : {};
  return { ...copy, metadata: { ...metadata, annotations: { owner: 'jane', revision: '4', hash: 'f'.repeat(64) } } };
}

/** The hand-written canonical JSON that safe-stable-stringify took the place of. */
function handWritten(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => handWritten(item)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .toSorted()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${handWritten(value[key])}`);
  return `{${fields.join(',')}}`;
}

type Stringify = (value: unknown) => string;

async function benchCanonicalJson(): Promise<void> {
  const candidates: [string, Stringify | undefined][] = [
    ['hand-written (until 0.1.0)', handWritten],
    ['canonicalize', await load<Stringify>('canonicalize', (module) => module['default'])],
    ['json-stable-stringify', await load<Stringify>('json-stable-stringify', (module) => module['default'])],
    ['fast-json-stable-stringify', await load<Stringify>('fast-json-stable-stringify', (module) => module['default'])],
  ];
  const inputs: JsonValue[] = [...fc.sample(anyJson, samples - 1), ['\ud800']];
  for (const size of [1, 8, 128]) {
    const value = profile(size);
    const rows = candidates.flatMap(([name, stringify]) => {
      if (stringify === undefined) return [];
      return [
        {
          name,
          time: microseconds(() => stringify(value)),
          differing: countDifferences(inputs, handWritten, stringify),
        },
      ];
    });
    report(
      `canonical JSON, ${size} components`,
      microseconds(() => canonicalJson(value)),
      rows,
    );
  }
}

/** The time of a call relative to another one: the shortest of many short rounds in turn, so that a busy machine changes little. */
function ratio(call: () => unknown, base: () => unknown): string {
  const shortest = { call: Infinity, base: Infinity };
  for (let round = 0; round < 400; round += 1) {
    for (const [name, run] of [['call', call] as const, ['base', base] as const]) {
      const start = performance.now();
      for (let count = 0; count < 10; count += 1) run();
      shortest[name] = Math.min(shortest[name], performance.now() - start);
    }
  }
  return (shortest.call / shortest.base).toFixed(2);
}

/** How much longer mooring's parser takes than `JSON.parse`, with and without integers that a number cannot hold. */
function benchParse(): void {
  for (const size of [1, 8, 128]) {
    const plain = JSON.stringify(profile(size));
    const exact = plain.replaceAll('8080', '9007199254740993');
    // Digits in a string begin where a number may begin, so that the exact parser runs in vain.
    const alike = plain.replaceAll('value 1', ' 9007199254740993');
    const of = (text: string) =>
      ratio(
        () => parseJson(text),
        () => JSON.parse(plain),
      );
    print(
      `parseJson relative to JSON.parse, ${plain.length} characters: ${of(plain)}; ` +
        `with long integers ${of(exact)}; with long digits in strings ${of(alike)}`,
    );
  }
}

type Diff = (before: JsonObject, after: JsonObject, custom?: unknown) => object[];

/** Makes rfc6902 replace lists whole. */
function replaceLists(before: unknown, after: unknown, pointer: { toString(): string }): object[] | undefined {
  if (!Array.isArray(before) && !Array.isArray(after)) return undefined;
  return sameJson(before, after) ? [] : [{ op: 'replace', path: pointer.toString(), value: after }];
}

async function benchJsonPatch(): Promise<void> {
  const candidates: [string, Diff | undefined][] = [
    ['rfc6902, lists replaced whole by a callback', await load<Diff>('rfc6902', (module) => module['createPatch'])],
    ['fast-json-patch', await load<Diff>('fast-json-patch', (module) => memberOf(module['default'], 'compare'))],
  ];
  const inputs = fc.sample(fc.tuple(anyJsonObject, anyJsonObject), samples);
  const sorted = (patch: object[]) => JSON.stringify(patch.map((operation) => canonicalJson(operation)).toSorted());
  for (const size of [1, 8, 128]) {
    const before = profile(size);
    const after = stamped(before);
    const rows = candidates.flatMap(([name, diff]) => {
      if (diff === undefined) return [];
      const differing = countDifferences(
        inputs,
        ([left, right]) => sorted(jsonPatch(left, right)),
        ([left, right]) => sorted(diff(left, right, replaceLists)),
      );
      return [{ name, time: microseconds(() => diff(before, after, replaceLists)), differing }];
    });
    report(
      `JSON Patch, ${size} components`,
      microseconds(() => jsonPatch(before, after)),
      rows,
    );
  }
}

type Distance = (left: string, right: string) => number;

async function benchEditDistance(): Promise<void> {
  const steps = await load<(left: string, right: string) => { steps: number }>(
    'damerau-levenshtein',
    (module) => module['default'],
  );
  const candidates: [string, Distance | undefined][] = [
    ['fastest-levenshtein', await load<Distance>('fastest-levenshtein', (module) => module['distance'])],
    ['leven', await load<Distance>('leven', (module) => module['default'])],
    ['damerau-levenshtein', steps === undefined ? undefined : (left, right) => steps(left, right).steps],
  ];
  const names = ['name', 'type', 'properties', 'remove', 'traits', 'topology-ocm', 'topology-ocm-byop'];
  const typo = fc.string({
    unit: fc.constantFrom('n', 'a', 'm', 'e', 't', 'y', 'p', 'r', 'o', 's'),
    minLength: 1,
    maxLength: 12,
  });
  const swapped = fc
    .constantFrom(...names)
    .chain((name) =>
      fc
        .nat(name.length - 2)
        .map((at) => name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2)),
    );
  const inputs = fc.sample(fc.oneof(typo, swapped), samples);
  const rows = candidates.flatMap(([name, distance]) => {
    if (distance === undefined) return [];
    const nearest = (input: string) => nearestBy(distance, input, names);
    const differing = countDifferences(inputs, (input) => nearestCandidate(input, names) ?? '', nearest);
    return [{ name, time: microseconds(() => inputs.slice(0, 100).map(nearest)), differing }];
  });
  const ours = microseconds(() => inputs.slice(0, 100).map((input) => nearestCandidate(input, names)));
  report('nearest of 7 names, 100 times', ours, rows);
}

/** `nearestCandidate` with another distance. */
function nearestBy(distance: Distance, name: string, candidates: readonly string[]): string {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best = { candidate: '', distance: limit + 1 };
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (steps < best.distance) best = { candidate, distance: steps };
  }
  return best.candidate;
}

benchParse();
await benchCanonicalJson();
await benchJsonPatch();
await benchEditDistance();
