import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { builtinTopologies } from '../../src/topology/builtin.ts';
import { instantiateCue, type CueInstance } from '../../src/topology/cue-instance.ts';
import { buildTimeoutMs, cueModule } from './cue-module.ts';

const labelled = (value: string) => ({
  requiredClusterSelector: { labelSelector: { matchLabels: { env: value } } },
});

/** Properties that are valid, invalid in several ways, or have a null. */
const parameters: readonly object[] = [
  {},
  { hubNamespace: 'team-a' },
  { hubNamespace: 'not a name' },
  {
    placement: { numberOfClusters: 2, predicates: [labelled('prod')], tolerations: [{ key: 'a', operator: 'Exists' }] },
  },
  { placement: { numberOfClusters: 0, predicate: [] }, unknown: 1 },
  { placement: null, manifestWorkReplicaSet: { rolloutStrategy: null } },
  { placement: { predicates: [null] } },
  { placementRefs: [{ name: 'a' }, { name: 'b', rolloutStrategy: { type: 'All' } }] },
  { placementRefs: [{ names: 'a' }] },
  { manifestWorkReplicaSet: { rolloutStrategy: { type: 'Progressive', progressive: { maxConcurrency: '25%' } } } },
  { manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { workload: { orphan: true } } } } },
  { manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { workload: { orphan: 'yes' } } } } },
  { manifestWorkReplicaSet: { manifestWorkTemplate: { deleteOption: { propagationPolicy: 'Orphan' } } } },
];

const workload = { apiVersion: 'v1', kind: 'Workload', metadata: { name: 'shop', namespace: 'web' } };
const contexts: readonly object[] = [
  {
    name: 'shop',
    workloadYamls: [
      JSON.stringify(workload),
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } }),
    ],
  },
  { name: 'other', workloadYamls: [] },
  { name: 'broken', workloadYamls: ['{'] },
  { name: 'nameless', workloadYamls: ['{"kind":"Workload"}'] },
];

describe('instantiateCue', () => {
  let instance: CueInstance;
  before(async function () {
    this.timeout(buildTimeoutMs);
    instance = instantiateCue(await WebAssembly.compile(await readFile(await cueModule())));
  });

  it('evaluates one request after another, in JSON', () => {
    const request = (n: number) => ({
      mode: 'render',
      template: 'parameter: n: int\noutput: {n: parameter.n, of: context.name}',
      parameter: { n },
      context: { name: 'ä€😀' },
    });
    for (const n of [1, 2, 3]) {
      const response: unknown = JSON.parse(instance.evaluate(JSON.stringify(request(n))));
      assert.deepEqual(response, { objects: [{ n, of: 'ä€😀' }], contextFields: ['name'] });
    }
  });

  for (const request of ['', '{', '[]', '{"mode":"check"}', '{"mode":"dance","parameter":{},"context":{}}']) {
    it(`survives the request ${JSON.stringify(request)}`, () => {
      const response: unknown = JSON.parse(instance.evaluate(request));
      assert.ok(response !== null && typeof response === 'object' && 'reason' in response);
      assert.equal(response.reason, 'EngineFailed');
    });
  }

  describe('with compiled templates', () => {
    let compiled: CueInstance;
    before(async function () {
      this.timeout(buildTimeoutMs);
      compiled = instantiateCue(await WebAssembly.compile(await readFile(await cueModule())));
      for (const template of Object.values(builtinTopologies)) compiled.keepCompiled(template);
    });

    for (const [name, template] of Object.entries(builtinTopologies)) {
      for (const parameter of parameters) {
        it(`answers the same for ${name} with ${JSON.stringify(parameter)}`, () => {
          for (const mode of ['check', 'render']) {
            const request = JSON.stringify({ mode, template, parameter, context: contexts[0] });
            assert.equal(compiled.evaluate(request), instance.evaluate(request));
          }
        });
      }
      for (const context of contexts) {
        it(`answers the same for ${name} in ${JSON.stringify(context)}`, () => {
          const request = JSON.stringify({ mode: 'render', template, parameter: {}, context });
          assert.equal(compiled.evaluate(request), instance.evaluate(request));
        });
      }
    }

    it('keeps nothing of a request', () => {
      const request = (secret: string, parameter: object) =>
        JSON.stringify({
          mode: 'render',
          template: builtinTopologies['topology-ocm'],
          parameter,
          context: { ...contexts[0], name: secret },
        });
      const before = compiled.evaluate(request('shop', {}));
      compiled.evaluate(request('secret', { placement: { predicates: [labelled('secret')] } }));
      assert.equal(compiled.evaluate(request('shop', {})), before);
    });

    it('evaluates any other template as before', () => {
      const template = `${builtinTopologies['topology-ocm']}\noutputs: more: {kind: "Other", of: parameter.hubNamespace}`;
      const request = JSON.stringify({ mode: 'render', template, parameter: {}, context: contexts[0] });
      assert.equal(compiled.evaluate(request), instance.evaluate(request));
    });

    it('rejects a template that is invalid', () => {
      assert.throws(() => compiled.keepCompiled('output: {'), /the template cannot be compiled: .*line 1/);
    });
  });

  for (const name of ['crypto/ed25519', 'encoding/toml', 'encoding/yaml', 'net', 'text/template', 'uuid']) {
    it(`has the package ${name} of CUE`, () => {
      const template = `import used "${name}"\noutput: kind: "Object"\nparameter: {}\n_used: used`;
      const request = { mode: 'render', template, parameter: {}, context: contexts[0] };
      assert.match(instance.evaluate(JSON.stringify(request)), /^{"objects":\[{"kind":"Object"}\],/);
    });
  }

  for (const name of ['encoding/openapi', 'tool/exec', 'tool/http']) {
    it(`does not have the package ${name} of CUE`, () => {
      const template = `import used "${name}"\noutput: kind: "Object"\nparameter: {}\n_used: used`;
      const request = { mode: 'render', template, parameter: {}, context: contexts[0] };
      assert.match(
        instance.evaluate(JSON.stringify(request)),
        new RegExp(`InvalidTemplate.*"message":"line 1: .*${name}`),
      );
    });
  }

  it('frees memory between evaluations, before Go does it within one', async () => {
    const fresh = instantiateCue(await WebAssembly.compile(await readFile(await cueModule())));
    const template = builtinTopologies['topology-ocm'];
    const request = JSON.stringify({ mode: 'render', template, parameter: {}, context: contexts[0] });
    fresh.keepCompiled(template);
    const first = fresh.evaluate(request);
    const before = fresh.memoryBytes();
    for (let n = 0; n < 60; n += 1) {
      fresh.collect();
      assert.equal(fresh.evaluate(request), first);
    }
    const grown = (fresh.memoryBytes() - before) / 1024 / 1024;
    assert.ok(grown < 8, `the memory grew by ${grown} MiB`);
  }).timeout(60_000);

  it('rejects a module that is not the CUE engine', () => {
    const empty = new WebAssembly.Module(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    assert.throws(() => instantiateCue(empty), /not the CUE engine/);
  });
});
