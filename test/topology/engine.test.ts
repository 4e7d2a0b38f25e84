import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../../src/api/object.ts';
import { createLog } from '../../src/log.ts';
import { createTopologyEngine, type EngineOptions } from '../../src/topology/engine.ts';
import type { TopologyContext } from '../../src/api/topology-context.ts';
import type { TopologyEngine, TopologyResult } from '../../src/topology/topology-result.ts';
import { manifestText } from '../../src/domain/render/work-manifests.ts';
import { buildTimeoutMs, cueModule } from './cue-module.ts';

const context: TopologyContext = {
  name: 'shop',
  workloadName: 'shop',
  namespace: 'web',
  deployment: { namespace: 'team-a', name: 'shop-prod' },
  appName: 'shop-prod',
  appRevision: 'shop-prod-v2',
  appRevisionNum: 2,
  appLabels: {},
  appAnnotations: {},
  components: [],
  environment: 'prod',
  workloadYamls: [],
};
const sample = (name: string) => readFile(new URL(`../samples/${name}`, import.meta.url), 'utf8');
const outcomeOf = (result: TopologyResult) => (result.ok ? 'ok' : result.reason);
const objectsOf = (result: TopologyResult) => (result.ok ? result.objects : assert.fail(result.reason));
const linesOf = (result: TopologyResult): string[] =>
  result.ok ? [] : result.violations.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('createTopologyEngine', () => {
  let module: Buffer;
  let engine: TopologyEngine;
  const start = (options: Partial<EngineOptions> = {}) =>
    createTopologyEngine({
      module,
      workers: 2,
      deadlineMs: 8000,
      memoryMiB: 128,
      log: createLog('silent', 'test'),
      ...options,
    });
  before(async function () {
    this.timeout(buildTimeoutMs);
    module = await readFile(await cueModule());
    engine = await start();
  });
  after(() => engine.close());

  const custom = 'parameter: {size: int | *1, tier!: "small" | "large"}\noutput: {kind: "Placement", spec: parameter}';

  it('renders a custom topology of a few lines', async () => {
    const result = await engine.render(custom, { tier: 'small' }, context);
    assert.deepEqual(objectsOf(result), [{ kind: 'Placement', spec: { size: 1, tier: 'small' } }]);
  });

  it('returns output first, then outputs in the order of the template', async () => {
    const template = 'outputs: {b: n: 1, a: n: 2}\noutput: n: 0\nif false {outputs: c: n: 3}';
    const result = await engine.render(template, {}, context);
    assert.deepEqual(objectsOf(result), [{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  const object = (name: string, rest: JsonObject = {}) => ({
    apiVersion: 'v1',
    kind: 'K',
    metadata: { name, ...rest },
  });

  it('names the objects that have no name', async () => {
    const body = 'apiVersion: "v1", kind: "K"';
    const template = `output: {${body}}
outputs: {
	works: {${body}, metadata: labels: a: "b"}
	Upper_Case: {${body}, metadata: {}}
	"${'k'.repeat(300)}": {${body}}
	given: {${body}, metadata: name: "own"}
}`;
    const result = await engine.render(template, {}, context);
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.objects, [
      object('shop'),
      object('shop-works', { labels: { a: 'b' } }),
      object('shop-upper-case-6aa082ff88'),
      object(`shop-${'k'.repeat(225)}-62adac5766`),
      object('own'),
    ]);
    assert.deepEqual(await engine.render(template, {}, context), result);
  });

  const header = `"by-region": {
	annotations: {}
	labels: {"policydefinition.spectrocloud.com/type": "topology"}
	attributes: {}
	description: "One Placement."
	type:        "policy"
}
`;
  const definitions: [why: string, template: string][] = [
    [
      'with imports',
      `import "strings"\n\n${header}\ntemplate: {\n\toutput: {kind: strings.ToUpper(parameter.a)}\n\tparameter: a: string\n}\n`,
    ],
    [
      'with a package clause and the body first',
      `package main\ntemplate: {output: kind: "X", parameter: a: string},\n${header}`,
    ],
    ['in one line', 'x: {type: "policy"}, "template": {output: kind: "X", parameter: a: string}'],
    ['with several bodies', `${header}template: output: kind: "X"\ntemplate: {\n\tparameter: a: string\n}`],
  ];
  for (const [why, template] of definitions) {
    it(`accepts the definition form of KubeVela ${why}`, async () => {
      assert.deepEqual(objectsOf(await engine.render(template, { a: 'x' }, context)), [{ kind: 'X' }]);
      assert.deepEqual(linesOf(await engine.check(template, {})), ['a: is required: a string']);
    });
  }

  it('names the line of the file for an error in a definition', async () => {
    const result = await engine.render(`${header}template: {\n\toutput: a: nosuch\n}`, {}, context);
    assert.deepEqual(linesOf(result), [': line 9: output.a: reference "nosuch" not found']);
  });

  it('does not mistake fields of a short template for a definition', async () => {
    const template = 'template: {spec: 1}\n_x: 1\noutput: {template, kind: "X", type: "policy"}';
    const result = await engine.render(template, {}, context);
    assert.deepEqual(objectsOf(result), [{ spec: 1, kind: 'X', type: 'policy' }]);
  });

  it('reads manifests as YAML and as JSON', async () => {
    const manifest = { kind: 'A', text: 'no: "x"\n\u007f\u0085\ufeff', n: 1, half: 0.5, list: [true, null] };
    const template = `import ("encoding/yaml", "encoding/json")
output: {
	kind: "K"
	yamls: [for x in context.workloadYamls {yaml.Unmarshal(x)}]
	jsons: [for x in context.workloadYamls {json.Unmarshal(x)}]
}`;
    const result = await engine.render(template, {}, { ...context, workloadYamls: [manifestText(manifest)] });
    assert.deepEqual(objectsOf(result), [{ kind: 'K', yamls: [manifest], jsons: [manifest] }]);
  });

  it('reads the context', async () => {
    const result = await engine.render('output: {for key, value in context {"\\(key)": value}}', {}, context);
    assert.deepEqual(objectsOf(result), [{ ...context }]);
  });

  it('preserves data: integers, names of prototypes, null, every character', async () => {
    const text =
      '{"__proto__":{"a":1},"constructor":2,"n":1,"big":9007199254740991,"half":0.5,"no":null,"t":"\\"ä😀\\n"}';
    const parameter: JsonObject = JSON.parse(text);
    const result = await engine.render('parameter: {n: int, ...}\noutput: parameter', parameter, context);
    assert.ok(result.ok);
    assert.deepEqual(result.objects[0], parameter);
    assert.ok(Object.hasOwn(result.objects[0] ?? {}, '__proto__'));
  });

  const nested = (levels: number): JsonObject =>
    levels === 0 ? { op: 'and', x: 'q' } : { op: levels % 2 === 0 ? 'and' : 'or', args: [nested(levels - 1)] };
  const embedded = '#A: {t: "a", x: int}\n#B: {t: "b", y: string}\n#P: {(#A | #B), size: *1 | int}';
  const properties: [why: string, parameter: string, value: JsonObject, lines: string[]][] = [
    ['the value is quoted', '{a: int}', { a: '3' }, ['a: must be an integer, not the string "3"']],
    ['a fraction is not an integer', '{a: int}', { a: 1.5 }, ['a: must be an integer, not 1.5']],
    ['null means absent', '{a?: string, b: [...{c?: int}]}', { a: null, b: [{ c: null }] }, []],
    ['null for a field that must be absent', '{a?: error("use b"), b?: _|_}', { a: null, b: null }, []],
    ['null for a required field', '{a!: string}', { a: null }, ['a: is required: a string']],
    ['null is a value where it is declared', '{a!: null | string}', { a: null }, []],
    ['null in a list is a value', '{a?: [...string]}', { a: [null] }, ['a.0: must be a string, not null']],
    ['null in an unknown field', 'close({a?: string})', { b: null }, ['b: is not a field here: use one of a']],
    ['an enum is one line', '{a: "x" | "y"}', { a: 'z' }, ['a: must be one of x, y, not "z"']],
    [
      'so is a choice of kinds',
      '{a: int | =~"%$"}',
      { a: [] },
      ['a: must be an integer or a string that matches %$, not a list'],
    ],
    ['a missing field', '{a!: bool, b: string}', {}, ['a: is required: true or false', 'b: is required: a string']],
    [
      'a near name',
      'close({replicas?: int})',
      { replcias: 1 },
      ['replcias: is not a field here: did you mean replicas?'],
    ],
    [
      'the nearest branch of a union',
      '{u: close({t: "x", v: int}) | close({t: "y", w: string})}',
      { u: { t: 'y', w: 3 } },
      ['u.w: must be a string, not 3'],
    ],
    [
      'a value that distinguishes the branches of a union',
      '{u: close({t: "x", v: int}) | close({t: "y", w: string})}',
      { u: { t: 'z', w: 'w' } },
      ['u.t: must be one of x, y, not "z"'],
    ],
    [
      'items of lists with their index',
      '{l: [...{n: int}]}',
      { l: [{ n: 1 }, { n: 'b' }] },
      ['l.1.n: must be an integer, not the string "b"'],
    ],
    ['a length', '{l: [int, int]}', { l: [1] }, ['l: must have exactly this many items: 2, not 1']],
    ['the message of the author', '{a?: error("use b instead")}', { a: 1 }, ['a: use b instead']],
    [
      'a condition of CUE',
      'import "strings"\n{a: strings.MinRunes(3)}',
      { a: 'x' },
      ['a: must be a string of at least 3 characters, not the string "x"'],
    ],
    [
      'a long value is truncated',
      '{a: int}',
      { a: 'x'.repeat(100) },
      [`a: must be an integer, not the string "${'x'.repeat(59)}…`],
    ],
    [
      'conflicts beside unknown and missing fields',
      'close({a: int, b!: int})',
      { a: 'x', c: 1 },
      [
        'a: must be an integer, not the string "x"',
        'c: is not a field here: use one of a, b',
        'b: is required: an integer',
      ],
    ],
    [
      'a misfit in a struct that embeds a union',
      `#P\n${embedded}`,
      { t: 'a', x: 'q', size: 'big' },
      ['x: must be an integer, not the string "q"', 'size: must be an integer, not the string "big"'],
    ],
    [
      'an unknown field of such a struct',
      `p: #P\n${embedded}`,
      { p: { t: 'b', y: 'y', siz: 2 } },
      ['p.siz: is not a field here: did you mean size?'],
    ],
    [
      'a value that no branch has',
      `p: #P\n${embedded}`,
      { p: { t: 'c', x: 1 } },
      ['p.t: must be one of a, b, not "c"'],
    ],
    ['a missing field of such a struct', `#P\n${embedded}`, { size: 2 }, ['x: is required: an integer']],
    ['a struct that fits one branch of such a union', `#P\n${embedded}`, { t: 'b', y: 'y' }, []],
    [
      'a field that is declared to reject it, beside an ellipsis',
      '{metadata: {namespace?: _|_, name: string, ...}}',
      { metadata: { namespace: 'x', name: 'y' } },
      ['metadata.namespace: is not allowed here'],
    ],
    [
      'a field that an if clause requires',
      '{mode: *"a" | "b", if mode == "b" {need!: string}}',
      { mode: 'b' },
      ['need: is required: a string'],
    ],
    [
      'the value of such a field',
      '{mode: *"a" | "b", if mode == "b" {need!: string}}',
      { mode: 'b', need: 1 },
      ['need: must be a string, not 1'],
    ],
    [
      'a near name of such a field',
      'close({mode: *"a" | "b", if mode == "b" {need!: string}})',
      { mode: 'b', ned: 'x' },
      ['ned: is not a field here: did you mean need?', 'need: is required: a string'],
    ],
    [
      'a definition that refers to itself',
      'tree: #Node\n#Node: {name!: string, children?: [...#Node], if children != _|_ {count: len(children)}}',
      { tree: { name: 'a', children: [{ nam: 'b' }] } },
      ['tree.children.0.nam: is not a field here: did you mean name?', 'tree.children.0.name: is required: a string'],
    ],
    [
      'an unknown field in a definition that refers to itself in many fields',
      `#N\n#N: {${Array.from({ length: 12 }, (_, index) => `f${index}?: #N`).join(', ')}, name?: string}`,
      { f1: { f2: { zzzzzzzz: 1 } } },
      [
        `f1.f2.zzzzzzzz: is not a field here: use one of ${Array.from({ length: 12 }, (_, index) => `f${index}`).join(', ')}, name`,
      ],
    ],
    [
      'alternatives that are nested deep',
      'e: #E\n#E: #And | #Or\n#And: {op: "and", args?: [...#E], x?: int}\n#Or: {op: "or", args?: [...#E], x?: int}',
      { e: nested(8) },
      [`e${'.args.0'.repeat(7)}: matches none of the alternatives`],
    ],
    [
      'no fields that the template computes',
      '#S\n#S: {name: string, sub?: #S, all: [name, if sub != _|_ for x in sub.all {x}]}',
      { name: 'a', sub: { name: 1 } },
      ['sub.name: must be a string, not 1'],
    ],
    ['a struct that may be null', '*null | {a: string}', {}, ['a: is required: a string']],
    ['an open struct accepts further fields', '{a: int}', { a: 1, b: 2 }, []],
    ['without a parameter, any property is accepted', '_', { b: 2 }, []],
  ];
  for (const [why, parameter, value, lines] of properties) {
    it(`explains properties: ${why}`, async () => {
      const [, imports = '', body = ''] = /^(import .*\n)?([^]*)$/.exec(parameter) ?? [];
      const result = await engine.check(`${imports}parameter: ${body}\noutput: {}`, value);
      assert.deepEqual(linesOf(result), lines);
      assert.equal(outcomeOf(result), lines.length === 0 ? 'ok' : 'InvalidParameter');
    });
  }

  it('distinguishes dots in keys from the dots of a path', async () => {
    const result = await engine.check('parameter: labels: [string]: string', { labels: { 'a.b/c': 1 } });
    assert.deepEqual(!result.ok && result.violations[0]?.path, ['labels', 'a.b/c']);
  });

  const templates: [why: string, template: string, line: RegExp][] = [
    ['does not parse', 'output: {\n\n}}', /^: line 3: expected/],
    ['has an unknown reference', 'output: a: foo', /^: line 1: .*reference "foo" not found/],
    ['imports what is not in CUE', 'import "example.com/x"\noutput: a: x.y', /imported but not defined/],
    ['contradicts itself', 'parameter: {a: 1, a: 2}\noutput: {}', /conflicting values/],
    ['refers to itself', 'output: a: a: output.a', /structural cycle/],
    [
      'adds lists',
      'parameter: a: *["x"] | [...string]\noutput: {\n\targs: parameter.a + ["y"] + ["z"]\n}',
      /^: line 3: output\.args: Addition of lists .*; write list\.Concat\(\[parameter\.a, \["y"\], \["z"\]\]\), and add the line: import "list"$/,
    ],
    [
      'adds lists and imports list',
      'import "list"\n_x: [1] + [2]\noutput: a: list.Sum(_x)',
      /list\.Concat\(\[\[1\], \[2\]\]\)$/,
    ],
    [
      'multiplies a list',
      'output: a: 2 * ["x"]',
      /; write list\.Repeat\(\["x"\], 2\), and add the line: import "list"$/,
    ],
    ['has definitions of CUE 0.1', 'output: a: 1\nx :: {b: 1}', /^: line 2: .*; .* write #NAME: instead of NAME ::$/],
    [
      'has patterns of CUE 0.1',
      'parameter: <Name>: string\noutput: {}',
      /; write \[NAME=string\]: instead of <NAME>:$/,
    ],
    [
      'has list comprehensions of CUE 0.1',
      'output: a: [x for x in [1]]',
      /; write \[for x in LIST \{VALUE\}\] instead/,
    ],
    [
      'has field comprehensions of CUE 0.1',
      'output: {"\\(x)": 1 for x in ["a"]}',
      /; write \{for x in LIST \{KEY: VALUE\}\} instead/,
    ],
    ['has the operator div', 'output: a: 7 div 2', /; write div\(a, b\)/],
    ['has backquotes', 'output: {`a-b`: 1}', /; write double quotes instead of backquotes$/],
    ['has octal numbers of YAML', 'output: mode: 0644', /; write an octal number as 0o644$/],
    ['calls bottom', 'output: a: _|_("no")', /; write error\("…"\) instead of _\|_\("…"\)$/],
    ['lacks an import', 'output: a: yaml.Marshal(1)', /; add the line: import "encoding\/yaml"$/],
    [
      'imports a package of KubeVela',
      'import "vela/op"\noutput: a: op.x',
      /; packages of KubeVela workflows do not exist here/,
    ],
    [
      'needs the version of a cluster',
      'output: {\n\ta: context.clusterVersion.minor\n}',
      /^: line 2: output\.a: undefined field: clusterVersion; context has no clusterVersion: the objects are rendered once/,
    ],
    ['misspells a field of the context', 'output: a: context.appNam', /; did you mean context\.appName\?$/],
    ['invents a field of the context', 'output: a: context.quux', /; context has appAnnotations, .*workloadYamls$/],
    ['has no output', 'parameter: {}', /has neither output nor outputs/],
    ['outputs a string', 'output: "x"', /^: output: must be an object, not a string/],
    ['leaves a value open', 'output: a: string', /incomplete value string/],
  ];
  for (const [why, template, line] of templates) {
    it(`rejects a template that ${why}`, async () => {
      const result = await engine.render(template, {}, context);
      assert.equal(outcomeOf(result), 'InvalidTemplate');
      assert.match(linesOf(result)[0] ?? '', line);
      assert.ok(linesOf(result).every((each) => !each.includes('\n')));
    });
  }

  const reads: [why: string, template: string, fields: string[] | undefined][] = [
    ['is only the name of the Workload, which generated names contain', 'output: a: 1', ['name']],
    ['is a field that is selected', 'output: a: context.environment', ['environment', 'name']],
    ['is a field in a text', 'output: a: "\\(context.appName)"', ['appName', 'name']],
    ['is a field in a condition', 'if context.namespace == "a" {output: a: 1}', ['name', 'namespace']],
    ['is a field whose part is selected', 'output: a: context.deployment.name', ['deployment', 'name']],
    ['is a field in a nested scope', 'output: a: {let b = context.environment, c: b}', ['environment', 'name']],
    ['is a field that a template constrains', 'context: environment: =~"^p"\noutput: a: 1', ['environment', 'name']],
    [
      'is a field that a declaration refers to',
      'context: {namespace: string, appName: string, ...}\noutput: a: context.name',
      ['appName', 'name', 'namespace'],
    ],
    ['is not what another field contains under that name', 'output: context: a: 1', ['name']],
    ['is anything if `context` is used as a whole', 'output: a: context', undefined],
    ['is anything if a field is computed', 'output: a: context["na" + "me"]', undefined],
    ['is anything if `context` has another name', 'let c = context\noutput: a: c.environment', undefined],
    ['is anything if the field has an alias', 'X=context: {...}\noutput: a: X.environment', undefined],
    ['is anything if the value has an alias', 'context: X={...}\noutput: a: X.environment', undefined],
    ['is anything if a pattern may constrain it', '[=~"^con"]: {...}\noutput: a: 1', undefined],
    ['is anything if a label is computed', '("con" + "text"): environment: "prod"\noutput: a: 1', undefined],
    ['is anything if a reference is embedded', '#A: context: environment: "prod"\n#A\noutput: a: 1', undefined],
    ['is anything with experiments of CUE', '@experiment(aliasv2)\noutput: a: 1', undefined],
    ['is a field of an embedded struct', '{output: a: context.environment}', ['environment', 'name']],
    [
      'is a field that a condition constrains',
      'if true {context: environment: "prod"}\noutput: a: 1',
      ['environment', 'name'],
    ],
  ];
  for (const [why, template, fields] of reads) {
    it(`says what a template reads of the context: it ${why}`, async () => {
      for (const result of [await engine.render(template, {}, context), await engine.check(template, {})]) {
        assert.deepEqual(result.contextFields, fields);
      }
    });
  }

  it('tells a template that accepts the properties, and renders what is invalid, from one that does not compile', async () => {
    const isChecked = async (template: string) => {
      const result = await engine.render(template, {}, context);
      return result.ok ? undefined : [result.reason, result.isChecked];
    };
    assert.deepEqual(await isChecked('output: a: string'), ['InvalidTemplate', true]);
    assert.deepEqual(await isChecked('output: {'), ['InvalidTemplate', undefined]);
    assert.deepEqual(await isChecked('parameter: x!: int'), ['InvalidParameter', undefined]);
  });

  const withoutProperties: [why: string, template: string, line: RegExp | undefined][] = [
    [
      'a field that the context does not have',
      'output: a: context.quux',
      /line 2: output\.a: undefined field: quux; context has/,
    ],
    ['a misspelt field', 'output: a: context.appNam', /did you mean context\.appName\?$/],
    ['a concatenation of lists', 'output: a: [1] + [2]', /write list\.Concat/],
    ['values that conflict', 'output: a: 1 & 2', /conflicting values/],
    ['nothing of a value that depends on a parameter', 'output: a: parameter.x + 1', undefined],
    ['nothing of a branch that depends on a parameter', 'if parameter.x > 1 {output: a: context.quux}', undefined],
    ['nothing of labels, because those of other deployments differ', 'output: a: context.appLabels.team', undefined],
    ['nothing of a field that the template adds', 'context: quux: "a"\noutput: a: context.quux', undefined],
    ['nothing of a lookup by a parameter', 'output: a: {b: 1}["\\(parameter.x)"]', undefined],
  ];
  for (const [why, template, line] of withoutProperties) {
    it(`finds without properties ${why}`, async () => {
      const result = await engine.render(`parameter: x!: int\n${template}`, {}, context);
      assert.equal(outcomeOf(result), 'InvalidParameter');
      const { violations } = (result.ok ? undefined : result.withoutProperties) ?? assert.fail();
      if (line === undefined) assert.deepEqual(violations, []);
      else assert.match(violations[0]?.message ?? '', line);
    });
  }

  it('finds without properties which kinds a template renders, as far as they do not depend on a parameter', async () => {
    const template =
      'parameter: x!: string\noutput: {apiVersion: "v1", kind: "A", spec: parameter.x}\noutputs: {b: {apiVersion: "v1", kind: parameter.x}, c: {apiVersion: "v1", kind: "C"}}';
    const result = await engine.render(template, {}, context);
    const { objects } = (result.ok ? undefined : result.withoutProperties) ?? assert.fail();
    assert.deepEqual(objects, [
      { apiVersion: 'v1', kind: 'A' },
      { apiVersion: 'v1', kind: 'C' },
    ]);
  });

  it('serves other requests during one endless evaluation, and after two', async () => {
    const pair = await start({ deadlineMs: 1500 });
    try {
      const endless = await sample('endless.cue');
      const render = (template: string) => pair.render(template, { tier: 'small' }, context).then(outcomeOf);
      const first = render(endless);
      assert.equal(await render(custom), 'ok');
      const outcomes = await Promise.all([first, render(endless), render(custom)]);
      assert.deepEqual(outcomes, ['DeadlineExceeded', 'DeadlineExceeded', 'ok']);
    } finally {
      await pair.close();
    }
  });

  it('fails only the evaluation that exceeds its memory limit', async () => {
    const bomb = await sample('memory-bomb.cue');
    const results = await Promise.all(
      [bomb, custom, bomb, custom].map((template) => engine.render(template, { tier: 'small' }, context)),
    );
    const outcomes = results.map(outcomeOf);
    assert.deepEqual(outcomes, ['OutOfMemory', 'ok', 'OutOfMemory', 'ok']);
  });

  it('rejects with the reason of a signal', async () => {
    const aborted = { signal: AbortSignal.abort(new Error('gone away')) };
    await assert.rejects(engine.check(custom, {}, aborted), /gone away/);
    await assert.rejects(engine.render(custom, {}, context, aborted), /gone away/);
  });

  it('rejects too little memory, and a module that is not WebAssembly', async () => {
    await assert.rejects(start({ memoryMiB: 8 }), /to start, more than 8/);
    await assert.rejects(start({ module: Buffer.from('text') }), /not a WebAssembly module/);
    await assert.rejects(start({ module: '/no/such/file.wasm' }), /ENOENT/);
  });
});
