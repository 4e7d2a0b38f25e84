import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/api/object.ts';
import { mooringStrictly } from '../../support/command-line.ts';
import { deployment, environment, manifest, profile } from '../../support/manifests.ts';

const storage = (path: string) => ({ type: 'storage', properties: { path, size: '1Gi' } });
const ui = { name: 'ui', type: 'webservice', properties: { port: 8080 }, traits: [storage('/data'), storage('/logs')] };

/** A commit whose Environment has one override, or another policy. */
function commit(properties: JsonObject, type = 'override', components: JsonObject[] = [ui]): string {
  const made = environment('team');
  const policies = [{ name: 'prod', type, properties }];
  const web = { ...profile('team'), spec: { workload: { components } } };
  return manifest({ ...made, spec: { ...made.spec, policies } }, web, deployment('team'));
}

const patch = (fields: JsonObject) => commit({ components: [{ name: 'ui', ...fields }] });
const check = async (input: string) => {
  const { code, out, error } = await mooringStrictly(['check', '-'], { input });
  return { code, text: out + error };
};
/** The first component of the Workload that is rendered. */
async function renderedComponents(input: string): Promise<string> {
  const { out, code, error } = await mooringStrictly(['render', '-'], { input });
  assert.equal(code, 0, error);
  const text = JSON.stringify(parse(out.split(/^---$/m).find((part) => part.includes('ManifestWorkReplicaSet')) ?? ''));
  return /"components":(\[.*?\])\}\}/.exec(text)?.[1] ?? text;
}

describe('an override of a trait changes all traits of its type', function () {
  this.timeout(60_000);

  it('says so, and names the way to select one', async () => {
    const { code, text } = await check(patch({ traits: [{ type: 'storage', properties: { size: '20Gi' } }] }));
    assert.equal(code, 0);
    assert.match(
      text,
      /components\[0\]\.traits\[0\]: "ui" has 2 traits storage, and this changes all of them; to select some, add match .*\(OverrideMatchesSeveral\)/,
    );
  });

  it('changes the one that match selects', async () => {
    const traits = [{ type: 'storage', match: { path: '/logs' }, properties: { size: '20Gi' } }];
    assert.doesNotMatch((await check(patch({ traits }))).text, /OverrideMatchesSeveral/);
    assert.match(
      await renderedComponents(patch({ traits })),
      /"path":"\/data","size":"1Gi".*"path":"\/logs","size":"20Gi"/,
    );
  });
});

describe('an override whose name is a regular expression adds a component of that name', function () {
  this.timeout(60_000);

  for (const [name, wildcard] of [
    ['web-(blue|green)', 'web-*'],
    ['^ui$', 'ui'],
    ['web-.*', 'web-*'],
  ] as const) {
    it(`refuses ${name}, and names ${wildcard}`, async () => {
      const { code, text } = await check(
        commit({ components: [{ name, type: 'webservice', properties: { port: 9 } }] }),
      );
      assert.equal(code, 1);
      const says = `spec.policies[0].properties.components[0].name: looks like a regular expression, and only * is special in a name: write "${wildcard}"`;
      assert.ok(text.includes(says), text);
    });
  }
});

describe('an override with a null that kubectl apply has dropped does nothing', function () {
  this.timeout(60_000);

  it('names remove where the stored patch is empty', async () => {
    const { code, text } = await check(patch({ properties: {} }));
    assert.equal(code, 0);
    assert.match(
      text,
      /"ui" is not changed by the empty properties; kubectl apply drops keys that are null: .*remove: \["\/KEY"\]/,
    );
  });
});

describe('a policy of type topology, as in KubeVela', function () {
  this.timeout(60_000);

  it('says where it belongs', async () => {
    const { code, text } = await check(commit({ clusters: ['a'] }, 'topology'));
    assert.equal(code, 1);
    assert.match(
      text,
      /spec\.policies\[0\]\.type: "topology" does not belong in spec\.policies; .*spec\.topology\.type/,
    );
  });
});

describe('fields of components that mooring does not know', function () {
  this.timeout(60_000);

  it('reach the Workload, also with an override', async () => {
    const unknown = { deploymentPriority: 3, definitionOutputRefs: [{ name: 'db' }] };
    const components = [{ ...ui, ...unknown, traits: [{ ...storage('/data'), phase: 'pre' }] }];
    const input = commit({ components: [{ name: 'ui', properties: { port: 9 } }] }, 'override', components);
    assert.equal((await check(input)).code, 0);
    const rendered = await renderedComponents(input);
    assert.match(rendered, /"deploymentPriority":3/);
    assert.match(rendered, /"definitionOutputRefs":\[\{"name":"db"\}\]/);
    assert.match(rendered, /"phase":"pre"/);
  });
});

describe('annotations for rendering on a deployment', function () {
  this.timeout(60_000);

  it('reach the Workload', async () => {
    const made = deployment('team');
    const annotations = { 'rendering.spectrocloud.com/engine': 'helm', note: 'x' };
    const object = { ...made, metadata: { ...made.metadata, annotations } };
    const { out } = await mooringStrictly(['render', '-'], {
      input: manifest(environment('team'), profile('team'), object),
    });
    assert.match(out, /rendering\.spectrocloud\.com\/engine: helm/);
    assert.doesNotMatch(out, /note: x/);
  });
});

describe('names and labels that no spoke accepts', function () {
  this.timeout(60_000);

  const cases: { why: string; workload: JsonObject; says: string }[] = [
    { why: 'two dots in a name', workload: { name: 'a..b' }, says: 'spec.workload.name: must be a name' },
    {
      why: 'a value with a space',
      workload: { name: 'web', namespaceMetadata: { labels: { team: 'Platform Team' } } },
      says: 'spec.workload.namespaceMetadata.labels[team]: the value of a label',
    },
    {
      why: 'the name of the namespace',
      workload: { name: 'web', namespaceMetadata: { labels: { 'kubernetes.io/metadata.name': 'other' } } },
      says: 'spec.workload.namespaceMetadata.labels[kubernetes.io/metadata.name]: the API server of the spoke sets this label',
    },
  ];
  for (const { why, workload, says } of cases) {
    it(`are refused with their path: ${why}`, async () => {
      const made = deployment('team');
      const object = { ...made, spec: { ...made.spec, workload } };
      const { code, text } = await check(manifest(environment('team'), profile('team'), object));
      assert.equal(code, 1);
      assert.ok(text.includes(says), text);
    });
  }
});
