import assert from 'node:assert/strict';
import type { TopologyContext } from '../../src/api/topology-context.ts';
import { createCachingEngine } from '../../src/topology/caching-engine.ts';
import { createTopologyEngine } from '../../src/topology/engine.ts';
import type { TopologyEngine } from '../../src/topology/topology-result.ts';
import { buildTimeoutMs, cueModule } from '../topology/cue-module.ts';
import { recordedLog } from '../support/recorded-log.ts';

/** A context in which every field depends on the number, except for the name, which every render depends on. */
const contextOf = (number: number): TopologyContext => ({
  name: 'w',
  workloadName: `w${number}`,
  namespace: `web${number}`,
  deployment: { namespace: `team${number}`, name: `d${number}` },
  appName: `d${number}`,
  appRevision: `d-v${number}`,
  appRevisionNum: number,
  appLabels: { a: `l${number}` },
  appAnnotations: { a: `a${number}` },
  components: [{ name: `c${number}`, type: 'webservice', properties: {}, traits: [] }],
  environment: `e${number}`,
  workloadYamls: [`{"a":${number}}`],
});

/** Expressions that read one field of `context`, by themselves or after one of `declarations`. */
const reads = [
  'context.environment',
  'context."environment"',
  'context["environ" + "ment"]',
  '(context).environment',
  '[context][0].environment',
  '{context}.environment',
  '{let c = context, x: c.environment}.x',
  'and([context]).environment',
  'close(context).environment',
  '(context & {...}).environment',
  '(*context | {environment: "x"}).environment',
  '[for k, v in context if k == "environment" {v}]',
  '"\\(context.environment)"',
  '#"\\#(context.environment)"#',
  '{(context.environment): 1}',
  '{[=~"^\\(context.environment)$"]: 1, e1: _}',
  '{[string]: context.environment, e1: _}',
  '{if context.environment == "e1" {a: 1}}',
  '{for context in [{environment: context.environment}] {a: context.environment}}',
  '{context: {environment: "q"}, a: context.environment}',
  '{a: X={b: 1, c: X.b, d: context.environment}}',
  'matchN(1, ["e1" & context.environment])',
  '*(context.environment & "e1") | "none"',
  '[...context.environment] & [_]',
  'self.context.environment',
  '__self.context.environment',
  'C.environment',
  '#D.c.environment',
  'D.context.environment',
  '_h.environment',
  'outputs.o.environment',
  'parameter.c.environment',
  '"no read"',
];

/** Declarations that may give `context` another name, read it, or constrain it, at the level of the file. */
const declarations = [
  '',
  'let C = context',
  'C=context: {...}',
  '"context": C={...}',
  'C: context',
  '{C=context: _}',
  '#D: {c: context}',
  'let D = {context}',
  'D: context: _',
  '_h: context',
  'outputs: o: context',
  'parameter: {c: context}',
  'import context "strings"',
  'import C "strings"',
  '@experiment(aliasv2)',
  '@experiment(aliasv2)\nlet D = self',
  '@experiment(aliasv2)\ncontext~C: {...}',
  '@experiment(try)',
  '[string]: _',
  '[C=string]: _',
  '["context"]: {environment: "e1", ...}',
  '("con" + "text"): environment: "e1"',
  '"\\("con")text": environment: "e1"',
  'for k in ["context"] {(k): environment: "e1"}',
  'if context.environment == "e1" {C: {environment: 1}}',
  'if true {context: environment: "e1"}',
  '{context: environment: "e1"}',
  'context: {environment: "e1", ...}',
  'context: close({name: string})',
  'context: {[string]: string}',
  'context: {name: string, ...int}',
  '...int',
  'context: {environment: string, name: environment}',
  'context: {let e = environment, name: e}',
  'context: environment?: "e1"',
  'context!: environment: "e1"',
  'context: {{environment: "e1"}}',
  'context: {if appName == "d1" {namespace: "web1"}}',
  'context: D.y\nD: y: environment: "e1"',
  'context: environment: _e\n_e: "e1"',
  '#context: environment: "e1"',
  'let context = {environment: "x"}',
  'for k, v in context {"x\\(k)": v}',
  'context',
];

/** Each declaration with each fourth read: all of them together take minutes. */
const templates = declarations.flatMap((declaration, index) =>
  reads
    .filter((_, number) => (index + number) % 4 === 0)
    .map((read) => `${declaration}\noutput: {apiVersion: "v1", kind: "K", a: ${read}}`),
);

describe('what a result depends on', function () {
  this.timeout(buildTimeoutMs);
  let engine: TopologyEngine;
  before(async () => {
    const { log } = recordedLog();
    engine = await createTopologyEngine({
      module: await cueModule(),
      workers: 1,
      deadlineMs: 10_000,
      memoryMiB: 256,
      log,
    });
  });
  after(() => engine.close());

  it('is in the fields of the context that are said to have an effect, however a template reads them', async () => {
    const [one, other] = [contextOf(1), contextOf(2)];
    const counts = { shared: 0, different: 0 };
    for (const template of templates) {
      const { contextFields, ...result } = await engine.render(template, {}, one);
      // With a field that differs, the results are never shared.
      if (contextFields === undefined || contextFields.some((field) => field !== 'name')) {
        counts.different += 1;
        continue;
      }
      counts.shared += 1;
      const { contextFields: same, ...result2 } = await engine.render(template, {}, other);
      assert.deepEqual(same, contextFields, template);
      assert.deepEqual(result2, result, template);
    }
    // Both ways are tried often.
    assert.ok(counts.shared > 30 && counts.different > 100, JSON.stringify(counts));
  });

  it('is the same with a cache as without', async () => {
    const caching = createCachingEngine({ engine, maxResults: 10_000, retryStoppedAfterMs: 1000, now: () => 0 });
    const contexts = [contextOf(1), { ...contextOf(1), environment: 'e2' }, contextOf(2)];
    for (const template of templates.filter((_, index) => index % 5 === 0)) {
      for (const context of contexts) {
        const { contextFields: _, ...expected } = await engine.render(template, {}, context);
        assert.deepEqual(await caching.render(template, {}, context), expected, template);
      }
    }
  });
});
