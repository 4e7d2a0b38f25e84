import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson } from '../../src/api/json-text.ts';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import type { Component } from '../../src/api/workload.ts';
import { readManifests } from '../../src/cli/files/manifests.ts';
import { canonicalJson } from '../../src/domain/json/canonical-json.ts';
import { anyJsonObject } from '../support/any-json.ts';
import { createNamespace, eventually, kubectlOk, sharedHub } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

type Stored = KubeObject & { spec: JsonObject };

/** An object on the hub or on a spoke, without a loss of digits. */
async function read(of: readonly string[], on?: string): Promise<Stored> {
  return parseJson(await kubectlOk(['get', ...of, '-o', 'json'], on === undefined ? {} : { on }));
}

const profileOf = (namespace: string, name: string, components: Component[]) => ({
  ...profile(namespace, name),
  spec: { workload: { components } },
});

describe('a WorkloadProfile with integers of 64 bits', function () {
  this.timeout(120_000);
  let namespace: string;
  const ids = { accountId: 9007199254740993n, tenant: 1234567890123456789n, least: -9223372036854775808n };
  const components = [{ name: 'ui', type: 'webservice', properties: ids }];
  // The Environment sets a trait with an integer of 64 bits, too.
  const traits = [{ type: 'quota', properties: { bytes: 9223372036854775807n } }];
  const withOverride = () => {
    const made = environment(namespace);
    const policy = { name: 'quota', type: 'override', properties: { components: [{ name: 'ui', traits }] } };
    return { ...made, spec: { ...made.spec, policies: [policy] } };
  };

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('numbers');
    const objects = [withOverride(), profileOf(namespace, 'web', components), deployment(namespace)];
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
    await waitUntilApplied(namespace);
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  const cli = async (...args: string[]) =>
    runMooring([...args, '-n', namespace, '--kubeconfig', (await sharedHub()).kubeconfig]);
  const revisionCalled = (name: string) => read(['definitionrevision', name, '-n', namespace]);
  const stored = async (of: readonly string[], on?: string) =>
    canonicalJson((await read([...of, '-n', namespace], on)).spec);
  const appliedOnSpoke = (id: string) =>
    eventually(`the Workload has accountId ${id}`, async () => {
      const spec = await stored(['workload', 'web'], 'spoke1');
      return spec.includes(`"accountId":${id},`) ? spec : undefined;
    });

  it('arrives on the spoke with the same integers, also those of overrides', async () => {
    assert.equal(
      await appliedOnSpoke('9007199254740993'),
      '{"components":[{"name":"ui","properties":{"accountId":9007199254740993,"least":-9223372036854775808,"tenant":1234567890123456789},"traits":[{"properties":{"bytes":9223372036854775807},"type":"quota"}],"type":"webservice"}]}',
    );
  });

  it('is recorded with the same integers', async () => {
    const recorded = await revisionCalled('workloadprofile.web.v1');
    assert.deepEqual(recorded.spec['object'], { metadata: {}, spec: { workload: { components } } });
  });

  it('is edited by a change from one integer to the next, which diff shows', async () => {
    // `kubectl apply` without `--server-side` compares numbers of double precision, and would send nothing.
    const path = '/spec/workload/components/0/properties/accountId';
    const patch = JSON.stringify([{ op: 'replace', path, value: 9007199254740992 }]);
    await kubectlOk(['patch', 'workloadprofile', 'web', '-n', namespace, '--type=json', '-p', patch]);
    await eventually('revision 2 is recorded', () => revisionCalled('workloadprofile.web.v2').catch(() => undefined));
    await appliedOnSpoke('9007199254740992');
    const { code, stdout, stderr } = await cli('diff', 'workloadprofile', 'web', '@v1', '@v2');
    assert.equal(code, 1, stderr);
    assert.match(stdout, /^- +accountId: 9007199254740993\n\+ +accountId: 9007199254740992$/m);
  });

  it('is rolled back to the same integers', async () => {
    const { code, stderr } = await cli('rollback', 'workloadprofile', 'web@v1');
    assert.equal(code, 0, stderr);
    assert.match(await stored(['workloadprofile', 'web']), /"accountId":9007199254740993,/);
    await appliedOnSpoke('9007199254740993');
  });

  it('is exported and rendered with the same integers', async () => {
    const exported = await cli('export');
    assert.equal(exported.code, 0, exported.stderr);
    const rendered = await runMooring(['render', '-'], exported.stdout);
    assert.equal(rendered.code, 0, rendered.stderr);
    for (const text of [exported.stdout, rendered.stdout]) {
      for (const id of [...Object.values(ids), 9223372036854775807n]) assert.match(text, new RegExp(`: ${id}$`, 'm'));
    }
  });
});

describe('300 random components', function () {
  this.timeout(180_000);
  let namespace: string;
  const samples = fc.sample(anyJsonObject, 300);
  const names = ['first', 'second', 'third'];

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('random');
    const profiles = names.map((name, index) => {
      const components = samples
        .slice(index * 100, index * 100 + 100)
        .map((properties, at): Component => ({ name: `c${at}`, type: 'any', properties }));
      return profileOf(namespace, name, components);
    });
    const deployments = names.map((name) => {
      const { spec, ...rest } = deployment(namespace, { name });
      return { ...rest, spec: { ...spec, workloadProfileRef: { name } } };
    });
    // `create` keeps nulls, which `apply` drops.
    await kubectlOk(['create', '-f', '-'], { input: manifest(environment(namespace), ...profiles, ...deployments) });
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  for (const name of names) {
    it(`arrive on the spoke and in the revision as the API server stores them: ${name}`, async () => {
      await waitUntilApplied(namespace, name);
      const { spec } = await read(['workloadprofile', name, '-n', namespace]);
      const revision = await read(['definitionrevision', `workloadprofile.${name}.v1`, '-n', namespace]);
      const workload = await read(['workload', name, '-n', namespace], 'spoke1');
      assert.equal(canonicalJson(revision.spec['object']), canonicalJson({ metadata: {}, spec }));
      assert.equal(canonicalJson({ workload: workload.spec }), canonicalJson(spec));
    });
  }
});

describe('numbers in a file that the API server rounds', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('rounded');
  });

  after(() => deleteTestObjects(namespace));

  it('are the numbers that check and render use', async () => {
    const numbers =
      '[1.10, 1.0, 0.1234567890123456789, 18446744073709551615, 123456789012345678901, -9223372036854775809, 1e3, 1.5e21, ' +
      '0x1f, 9007199254740993, 9007199254740993.0, -0.0, 1E-7, 123456789.123456789]';
    const file = manifest(
      profileOf(namespace, 'web', [{ name: 'ui', type: 'any', properties: { numbers: 'N' } }]),
    ).replace('"N"', numbers);
    // The comment makes it YAML, in which kubectl reads more forms of numbers than in JSON.
    const yaml = `# YAML\n${file}`;
    await kubectlOk(['apply', '--server-side', '-f', '-'], { input: yaml });
    const stored = await read(['workloadprofile', 'web', '-n', namespace]);
    const { manifests } = await readManifests(['-'], () => Promise.resolve(yaml));
    assert.equal(canonicalJson(manifests.map(({ object }) => object.spec)), canonicalJson([stored.spec]));
  });
});
