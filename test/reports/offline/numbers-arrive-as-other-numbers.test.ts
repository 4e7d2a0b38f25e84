import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parseJson } from '../../../src/api/json-text.ts';
import type { JsonObject } from '../../../src/api/object.ts';
import type { TopologyContext } from '../../../src/api/topology-context.ts';
import type { Component } from '../../../src/api/workload.ts';
import { recordedContent } from '../../../src/catalog/recorded-content.ts';
import { readYaml } from '../../../src/cli/files/yaml-reader.ts';
import { contentDiff } from '../../../src/cli/output/content-diff.ts';
import { structured } from '../../../src/cli/output/structured-output.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { compactJson } from '../../../src/domain/json/compact-json.ts';
import { applyPatch, jsonPatch, type PatchOperation } from '../../../src/domain/json/json-patch.ts';
import { isContained } from '../../../src/domain/json/json-subset.ts';
import { applyOverrides } from '../../../src/domain/overrides/overrides.ts';
import { backupOf } from '../../../src/domain/revisions/backup.ts';
import { contentChanges } from '../../../src/domain/revisions/content-change.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { contentHash, contentOf, nextStamp } from '../../../src/domain/revisions/revision.ts';
import { planRollback } from '../../../src/domain/revisions/rollback/rollback.ts';
import { jsonLines } from '../../../src/kube/client/json-lines.ts';
import { createLog } from '../../../src/log.ts';
import { readObject } from '../../../src/offline/read-object.ts';
import { builtinTopologies } from '../../../src/topology/builtin.ts';
import { createCachingEngine } from '../../../src/topology/caching-engine.ts';
import { createTopologyEngine } from '../../../src/topology/engine.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { readReview } from '../../../src/webhook/review/review.ts';
import { writeDecision } from '../../../src/webhook/review/response.ts';
import { admissionRequest, parseAnswer } from '../../support/admission-review.ts';
import { anyJsonObject } from '../../support/any-json.ts';
import { profile } from '../../support/manifests.ts';
import { buildTimeoutMs, cueModule } from '../../topology/cue-module.ts';

/** Random properties of components, and a profile with them, as the API server stores them. */
const samples = fc.sample(anyJsonObject, 10_000);
const componentOf = (properties: JsonObject, index = 0): Component => ({ name: `c${index}`, type: 'any', properties });
const profileWith = (properties: JsonObject): Definition => ({
  ...profile('team'),
  spec: { workload: { components: [componentOf(properties)] } },
});
const accountIds = [9007199254740993n, 1234567890123456789n, -9223372036854775808n];
const history = { newest: { revision: 1 }, recorded: [] };

/** `assert.deepEqual` with a short message: the difference of large values takes minutes to compute. */
function assertSame(received: unknown, sent: unknown): void {
  if (isDeepStrictEqual(received, sent)) return;
  assert.fail(`received ${JSON.stringify(received).slice(0, 300)}, sent ${JSON.stringify(sent).slice(0, 300)}`);
}

describe('integers of 64 bits', function () {
  this.timeout(60_000);

  it('and everything else in 10,000 random objects reach admission as they are stored', () => {
    for (const properties of samples) {
      const object: JsonObject = { spec: { workload: { components: [properties] } } };
      const review = {
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: admissionRequest({ object }),
      };
      const body = JSON.stringify(review);
      assertSame(readReview(Buffer.from(body)).request.object, object);
    }
  });

  it('arrive in the patch of a response', () => {
    for (const [index, properties] of samples.entries()) {
      const [before, after] = [samples[index + 1] ?? {}, properties];
      const patch = jsonPatch(before, after);
      const review = readReview(
        Buffer.from(
          JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: admissionRequest() }),
        ),
      );
      const answer = parseAnswer(writeDecision(review, { patch, violations: [], notes: [], audit: {} }));
      const text = Buffer.from(answer.response.patch ?? btoa('[]'), 'base64').toString();
      const received: PatchOperation[] = parseJson(text);
      assertSame(applyPatch(before, received), after);
    }
  });

  it('arrive from lists and watches, and stay in caches', async () => {
    async function* chunks() {
      for (const properties of samples) yield Buffer.from(`${JSON.stringify({ object: properties })}\n`);
      await Promise.resolve();
    }
    const received: unknown[] = [];
    for await (const line of jsonLines(chunks())) received.push(line);
    assertSame(
      received,
      samples.map((object) => ({ object })),
    );
    const large = { list: samples };
    assertSame(compactJson(large)(), large);
  });

  it('are recorded in revisions, restored by rollback, and hashed', () => {
    for (const properties of samples) {
      const object = profileWith(properties);
      const hash = contentHash(object, sha256);
      const revision = revisionOf('WorkloadProfile', object, { revision: 1, hash });
      const content = recordedContent(parseJson(JSON.stringify(revision)));
      assertSame(content, contentOf(object));
      assertSame(contentChanges(content, contentOf(object)), []);
      const plan = planRollback(profileWith({ other: true }), content, { history });
      assert.ok(plan.state === 'planned');
      assertSame(plan.object.spec, object.spec);
      assert.equal(contentHash(plan.object, sha256), hash);
      assert.ok(isContained(parseJson(JSON.stringify(object)), object));
    }
  });

  it('are written by export and read by import, check and render', () => {
    for (let start = 0; start < samples.length; start += 1000) {
      const batch = samples.slice(start, start + 1000);
      const list = { items: batch.map((properties) => backupOf('WorkloadProfile', profileWith(properties))) };
      assertSame(readYaml(structured(list, start === 0 ? 'json' : 'yaml'), 'backup')[0]?.value, list);
      for (const item of list.items) assertSame(readObject(item), item);
    }
  });

  for (const id of accountIds) {
    it(`differ from their neighbours: an edit of ${id} by one makes a revision and is shown`, () => {
      const before = { ...profileWith(parseJson(`{"accountId":${id}}`)) };
      const after = profileWith(parseJson(`{"accountId":${id + 1n}}`));
      const stamp = nextStamp(before, undefined, sha256);
      const annotations = {
        'spectrocloud.com/revision': '1',
        'spectrocloud.com/revision-hash': stamp.hash,
      };
      const stored = { ...before, metadata: { ...before.metadata, annotations } };
      assert.equal(nextStamp(after, stored, sha256).revision, 2);
      const [from, to] = [contentOf(before), contentOf(after)];
      assert.equal(contentChanges(from, to).length, 1);
      const diff = contentDiff({ title: 'v1', content: from }, { title: 'v2', content: to }, { colour: false });
      assert.ok(diff.includes(`-          accountId: ${id}\n+          accountId: ${id + 1n}\n`), diff);
      assert.deepEqual(jsonPatch({ ...from.spec }, { ...to.spec }).length, 1);
    });
  }

  it('are values of overrides', () => {
    for (const properties of samples) {
      const withoutNull: JsonObject = { value: [properties] };
      const policies = [
        { name: 'all', type: 'override', properties: { components: [{ name: 'c0', properties: withoutNull }] } },
      ];
      const { components, violations } = applyOverrides([componentOf({ accountId: 1 })], policies);
      assertSame(violations, []);
      assertSame(components, [componentOf({ accountId: 1, ...withoutNull })]);
    }
  });
});

describe('integers of 64 bits in a topology', function () {
  this.timeout(120_000);
  let engine: TopologyEngine;

  before(async function () {
    this.timeout(buildTimeoutMs);
    const log = createLog('silent', 'test');
    const module = await cueModule();
    engine = await createTopologyEngine({ module, workers: 1, deadlineMs: 20_000, memoryMiB: 512, log });
  });
  after(() => engine.close());

  const context: TopologyContext = {
    name: 'shop',
    workloadName: 'shop',
    namespace: 'team',
    deployment: { namespace: 'team', name: 'shop' },
    appName: 'shop',
    appRevision: 'shop-v1',
    appRevisionNum: 1,
    appLabels: {},
    appAnnotations: {},
    components: [],
    environment: 'prod',
    workloadYamls: [],
  };

  it('and everything else in 10,000 random components reach the manifests for the spokes', async () => {
    const perWorkload = 100;
    for (let start = 0; start < samples.length; start += perWorkload) {
      const components = samples.slice(start, start + perWorkload).map(componentOf);
      const workload = {
        apiVersion: 'spectrocloud.com/v1beta1',
        kind: 'Workload',
        metadata: { name: 'shop', namespace: 'team' },
        spec: { components },
      };
      const properties = { placement: { numberOfClusters: 1 } };
      const caching = createCachingEngine({ engine, maxResults: 1, retryStoppedAfterMs: 1, now: () => 0 });
      const yamls = { ...context, workloadYamls: [JSON.stringify(workload)] };
      const result = await caching.render(builtinTopologies['topology-ocm'], properties, yamls);
      assert.ok(result.ok, JSON.stringify(result));
      const [, replicaSet] = result.objects;
      const { spec }: { spec: { manifestWorkTemplate: { workload: { manifests: unknown[] } } } } = parseJson(
        JSON.stringify(replicaSet),
      );
      assertSame(spec.manifestWorkTemplate.workload.manifests, [workload]);
    }
  });

  it('are properties of a topology, and components in its context', async () => {
    const template =
      'parameter: {...}\ncontext: {...}\noutput: {kind: "Placement", spec: parameter, components: context.components}';
    for (let start = 0; start < samples.length; start += 500) {
      const parameter = { values: samples.slice(start, start + 500) };
      const components = samples.slice(start, start + 10).map(componentOf);
      const result = await engine.render(template, parameter, { ...context, components });
      assert.ok(result.ok, JSON.stringify(result));
      assertSame(result.objects, [{ kind: 'Placement', spec: parameter, components }]);
    }
  });
});
