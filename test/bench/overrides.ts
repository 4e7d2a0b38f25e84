import type { JsonObject } from '../../src/api/object.ts';
import type { Component } from '../../src/api/workload.ts';
import { applyOverrides, type PolicyToApply } from '../../src/domain/overrides/overrides.ts';

/**
 * Measures how long one evaluation of overrides blocks the event loop, for inputs that are about the largest that are
 * admitted, each of another form. Prints the shortest of some evaluations in ms, because other processes make them longer, and
 * its ratio to a copy of the same input by JSON. An input that is refused is marked.
 */
const rounds = 30;
const print = (line: string) => void process.stdout.write(`${line}\n`);

const times = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));
const values = (length: number, prefix: string): JsonObject =>
  Object.fromEntries(times(length, (index) => [`${prefix}-${index}`, index]));
/** Maps in maps. */
const nested = (keys: readonly string[], innermost: JsonObject): JsonObject =>
  keys.reduceRight<JsonObject>((inner, key) => ({ [key]: inner }), innermost);
const longName = (index: number) => `${'ab'.repeat(120)}${index}`;

function components(properties: (index: number) => JsonObject, rest: Partial<Component> = {}): Component[] {
  return times(128, (index) => ({ name: `c${index}`, type: 'web', properties: properties(index), ...rest }));
}

const named = times(128, (index): Component => ({ name: longName(index), type: 'web' }));

/** One policy. */
function patches(length: number, patch: (index: number) => JsonObject): PolicyToApply[] {
  return [{ name: 'large', type: 'override', properties: { components: times(length, patch) } }];
}

const inputs: Record<string, [Component[], PolicyToApply[]]> = {
  'values in every component': [
    components((index) => values(140, `c${index}`)),
    patches(32, (index) => ({ properties: values(3, `p${index}`) })),
  ],
  'nested values': [
    components(() => nested(['a', 'b', 'c'], { d: 1 })),
    patches(16, (index) => ({
      properties: nested(
        times(6, (level) => `p${index}-${level}`),
        {},
      ),
    })),
  ],
  'long pointers': [components(() => ({ a: 1 })), patches(1, () => ({ remove: [`/a${'/b'.repeat(126)}`] }))],
  'long pointers of one component': [
    components(() => ({ a: 1 })),
    patches(1, () => ({ name: 'c1', remove: times(32, (index) => `/a${'/b'.repeat(505)}${index}`) })),
  ],
  'values that are absent': [
    components(() => ({ a: 1 })),
    patches(32, (index) => ({ remove: times(3, (key) => `/absent-${index}-${key}`) })),
  ],
  'items of a long list': [
    [{ name: 'c1', type: 'web', properties: { list: times(19_000, () => 0) } }],
    patches(12, () => ({ remove: ['/list/0', '/list/2'] })),
  ],
  'items of short lists': [
    components(() => ({ list: times(150, () => 0) })),
    patches(9, () => ({ remove: ['/list/0', '/list/1'] })),
  ],
  'traits of many types': [
    components(() => ({}), { traits: times(64, (index) => ({ type: `t${index}` })) }),
    patches(8, () => ({ traits: times(5, (index) => ({ type: `t${index}`, properties: { a: 1 } })) })),
  ],
  'traits of one type': [
    components(() => ({}), { traits: times(63, () => ({ type: 'env' })) }),
    patches(1, () => ({ traits: [{ type: 'env' }] })),
  ],
  'components that are added': [
    [{ name: 'c1', type: 'web' }],
    patches(32, (index) => ({ name: `new-${index}`, type: 'web', properties: values(500, 'k') })),
  ],
  wildcards: [named, patches(32, () => ({ name: `${'*b'.repeat(120)}*`, properties: { a: 1 } }))],
  'names that are similar': [named, patches(32, (index) => ({ name: `x${longName(index)}` }))],
  'long strings': [
    components(() => ({ text: 'x'.repeat(8000) })),
    patches(32, () => ({ properties: { text: 'y'.repeat(8000) } })),
  ],
};

function shortest(work: () => void): number {
  const durations = times(rounds, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return Math.min(...durations);
}

let longest = 0;
for (const [name, [profile, policies]] of Object.entries(inputs)) {
  const block = shortest(() => applyOverrides(profile, policies));
  const copy = shortest(() => JSON.parse(JSON.stringify({ profile, policies })));
  const isRefused = applyOverrides(profile, policies).violations.some(({ code }) => code === 'TooManyOverrides');
  longest = Math.max(longest, isRefused ? 0 : block);
  const refused = isRefused ? '  refused' : '';
  print(
    `${name.padEnd(32)}${block.toFixed(1).padStart(8)} ms${(block / copy).toFixed(1).padStart(8)} copies${refused}`,
  );
}
print(`the longest block: ${longest.toFixed(1)} ms`);
