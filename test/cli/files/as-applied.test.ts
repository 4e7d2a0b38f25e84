import assert from 'node:assert/strict';
import { asApplied } from '../../../src/cli/files/as-applied.ts';
import { readManifests } from '../../../src/cli/files/manifests.ts';

async function applied(yaml: string) {
  const {
    manifests: [manifest],
  } = await readManifests(['-'], () => Promise.resolve(yaml));
  assert.ok(manifest);
  const { manifest: stored, warnings } = asApplied(manifest);
  return { spec: stored.object.spec, warnings };
}

const head = (kind: string, metadata = 'name: web') =>
  `apiVersion: spectrocloud.com/v1beta1\nkind: ${kind}\nmetadata: {${metadata}}\n`;

describe('a manifest as kubectl apply stores it', () => {
  it('has rounded numbers, with a warning that names the path', async () => {
    const yaml = `${head('WorkloadProfile')}spec: {workload: {components: [{properties: {version: 1.10, list: [18446744073709551615, 1]}}]}}`;
    assert.deepEqual(await applied(yaml), {
      spec: { workload: { components: [{ properties: { version: 1.1, list: [18446744073709552000, 1] } }] } },
      warnings: [
        'standard input:1: WorkloadProfile web: spec.workload.components[0].properties.version: 1.10 is stored as 1.1; put it in quotes if all digits matter',
        'standard input:1: WorkloadProfile web: spec.workload.components[0].properties.list[0]: 18446744073709551615 is stored as 18446744073709552000; put it in quotes if all digits matter',
      ],
    });
  });

  it('has no field that is null; a warning says how an override removes a field', async () => {
    const yaml = `${head('Environment')}spec: {policies: [{name: a, properties: {components: [{properties: {port: null, list: [null]}}]}}]}`;
    assert.deepEqual(await applied(yaml), {
      spec: { policies: [{ name: 'a', properties: { components: [{ properties: { list: [null] } }] } }] },
      warnings: [
        'standard input:1: Environment web: spec.policies[0].properties.components[0].properties.port: kubectl apply drops a field that is null; name the field in "remove" to remove it',
      ],
    });
  });

  it('has no warning of a null that means absent, and names no "remove" outside of overrides', async () => {
    const yaml = `${head('Environment')}spec: {version: null, topology: {properties: {a: null}}}`;
    assert.deepEqual(await applied(yaml), {
      spec: { topology: { properties: {} } },
      warnings: [
        'standard input:1: Environment web: spec.topology.properties.a: kubectl apply drops a field that is null',
      ],
    });
  });

  it('has at most ten warnings, and one that counts the others', async () => {
    const fields = Array.from({ length: 12 }, (_, index) => `k${index}: 1.0`).join(', ');
    const { warnings } = await applied(`${head('WorkloadProfile')}spec: {properties: {${fields}}}`);
    assert.equal(warnings.length, 11);
    assert.equal(warnings.at(-1), 'standard input:1: WorkloadProfile web: and 2 more values');
  });

  it('is not changed if it was read from a hub, and if mooring does not read it', async () => {
    const spec = 'spec: {properties: {a: null, b: 1.0}}';
    const stored = { spec: { properties: { a: null, b: 1 } }, warnings: [] };
    assert.deepEqual(await applied(`${head('Environment', 'name: web, resourceVersion: "7"')}${spec}`), stored);
    const stamp = 'spectrocloud.com/revision: "1", spectrocloud.com/revision-hash: "h1:0"';
    assert.deepEqual(await applied(`${head('Environment', `name: web, annotations: {${stamp}}`)}${spec}`), stored);
    assert.deepEqual(await applied(`${head('DefinitionRevision')}${spec}`), stored);
    assert.deepEqual(await applied(`${head('Deployment')}${spec}`), stored);
  });

  it('may have no spec', async () => {
    assert.deepEqual(await applied(head('Environment')), { spec: undefined, warnings: [] });
  });
});
