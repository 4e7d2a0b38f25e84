import assert from 'node:assert/strict';
import { parseJson } from '../../../src/api/json-text.ts';
import type { JsonObject } from '../../../src/api/object.ts';
import { canonicalJson } from '../../../src/domain/json/canonical-json.ts';
import { mooringStrictly } from '../../support/command-line.ts';
import { deployment, environment, manifest, profile } from '../../support/manifests.ts';

/** Files with a null in an override, and with a number as text that is put into the properties of a component. */
function files(number: string): string {
  const made = environment('team');
  const patch = { name: 'ui', properties: { port: null } };
  const policies = [{ name: 'prod', type: 'override', properties: { components: [patch] } }];
  const properties = { port: 8080, version: 'NUMBER' };
  const components = [{ name: 'ui', type: 'webservice', properties }];
  const web = { ...profile('team'), spec: { workload: { components } } };
  const objects = [{ ...made, spec: { ...made.spec, policies } }, web, deployment('team')];
  return manifest(...objects).replace('"NUMBER"', number);
}

/** The properties of the component in what `render -o json` prints. */
function renderedProperties(json: string): string {
  const { items }: { items: JsonObject[] } = parseJson(json);
  const [, properties] = /"name":"ui","properties":(\{[^}]*\})/.exec(canonicalJson(items)) ?? [];
  return properties ?? '';
}

describe('render and check of files that kubectl apply and the API server change', function () {
  this.timeout(60_000);

  it('do not use a null that kubectl apply drops, and name "remove"', async () => {
    const rendered = await mooringStrictly(['render', '-o', 'json', '-'], { input: files('1') });
    assert.equal(renderedProperties(rendered.out), '{"port":8080,"version":1}');
    const warning =
      'Warning: standard input:1: Environment primary: spec.policies[0].properties.components[0].properties.port: ' +
      'kubectl apply drops a field that is null; name the field in "remove" to remove it\n';
    assert.ok(rendered.error.startsWith(warning), rendered.error);
    assert.match(rendered.error.slice(warning.length), /^standard input:5: .*"ui" is not changed .*"\/KEY"\]\n$/);
    const checked = await mooringStrictly(['check', '-'], { input: files('1') });
    assert.ok(checked.error.startsWith(warning), checked.error);
  });

  for (const [text, stored] of [
    ['1.10', '1.1'],
    ['18446744073709551615', '18446744073709552000'],
    ['3.14159265358979323846', '3.141592653589793'],
  ] as const) {
    it(`round ${text} as the API server does, and name the path`, async () => {
      const rendered = await mooringStrictly(['render', '-o', 'json', '-'], { input: files(text) });
      assert.equal(renderedProperties(rendered.out), `{"port":8080,"version":${stored}}`);
      const message = `spec.workload.components[0].properties.version: ${text} is stored as ${stored}; put it in quotes if all digits matter\n`;
      assert.ok(rendered.error.includes(message), rendered.error);
      const checked = await mooringStrictly(['check', '-'], { input: files(text) });
      assert.ok(checked.error.includes(message), checked.error);
    });
  }

  it('keep an integer of 64 bits without a warning', async () => {
    const { out, error } = await mooringStrictly(['render', '-o', 'json', '-'], {
      input: files('9223372036854775807'),
    });
    assert.equal(renderedProperties(out), '{"port":8080,"version":9223372036854775807}');
    assert.ok(!error.includes('version'), error);
  });
});
