import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ensureBinaries } from '../../deploy/local/kubernetes/binaries.ts';
import { parseJson } from '../../src/api/json-text.ts';
import type { JsonObject, JsonValue } from '../../src/api/object.ts';
import { yamlText } from '../../src/cli/output/yaml-text.ts';
import { cacheFolder } from '../../src/cli/topologies.ts';
import { anyJson } from '../support/any-json.ts';
import { anyScalarText, withEveryPosition } from '../support/any-scalar-text.ts';
import { run } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';

/** The objects in YAML as kubectl reads them. `label --local` prints them without a request, so that no hub is needed. */
async function readByKubectl(yaml: string): Promise<JsonObject[]> {
  const variables = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const cache = join(cacheFolder(variables), 'kubernetes');
  const { kubectl } = await ensureBinaries({ cache, environment: variables, output: { print: () => undefined } });
  const args = ['label', '--local', '-o', 'json', '-f', '-', 'read-by=kubectl'];
  const { code, stdout, stderr } = await run(kubectl, args, yaml);
  assert.equal(code, 0, stderr);
  return stdout.split(/\n(?=\{)/).map((text): JsonObject => parseJson(text));
}

const configMap = (data: JsonValue) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });

describe('YAML that mooring prints', function () {
  // kubectl may have to be built first.
  this.timeout(900_000);

  it('is read by kubectl as the same values: thousands of texts as values and keys', async () => {
    const values = [...fc.sample(anyScalarText, 5000).map(withEveryPosition), ...fc.sample(anyJson, 1000)];
    const read = await readByKubectl(yamlText({ apiVersion: 'v1', kind: 'List', items: values.map(configMap) }));
    assert.equal(read.length, values.length);
    for (const [index, value] of values.entries()) {
      if (isDeepStrictEqual(read[index]?.['data'], value)) continue;
      assert.fail(`${JSON.stringify(value)} is read as ${JSON.stringify(read[index]?.['data'])}`);
    }
  });

  it('is what render -o json prints', async () => {
    const env = {
      DEBUG: 'no',
      MODE: 'on',
      COUNTRY: 'NO',
      MASK: '0b101',
      BIG: '1_000',
      y: 'n',
      DAY: '2001-01-01',
      '<<': 'a',
    };
    const components = [{ name: 'ui', type: 'webservice', properties: { env } }];
    const web = { ...profile('team'), spec: { workload: { components } } };
    const files = manifest(environment('team'), web, deployment('team'));
    const yaml = await runMooring(['render', '-'], files);
    const json = await runMooring(['render', '-o', 'json', '-'], files);
    assert.deepEqual([yaml.code, json.code], [0, 0], yaml.stderr);
    const { items }: { items: JsonObject[] } = parseJson(json.stdout);
    const specs = (await readByKubectl(yaml.stdout)).map(({ spec }) => spec);
    assert.deepEqual(
      specs,
      items.map(({ spec }) => spec),
    );
  });
});
