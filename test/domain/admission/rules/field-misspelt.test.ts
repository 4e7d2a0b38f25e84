import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { admissionAnnotations } from '../../../../src/domain/annotations.ts';
import { fieldMisspelt } from '../../../../src/domain/admission/rules/field-misspelt.ts';
import { factsOf } from '../../../support/facts.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';

const found = (object: KubeObject, oldObject?: KubeObject) =>
  fieldMisspelt
    .find(factsOf({ object, ...(oldObject === undefined ? {} : { oldObject }) }))
    .map(({ path, message }) => `${path}: ${message}`);
const withComponents = (...components: JsonObject[]) => ({ ...profile('team'), spec: { workload: { components } } });
const ui = { name: 'ui', type: 'webservice' };
const first = 'spec.workload.components[0]';
const passedOn = (what: string) => `mooring does not know this field of a ${what}, and passes it on`;

const components: { component: JsonObject; says?: string; why: string }[] = [
  {
    component: { propertes: {} },
    says: `.propertes: ${passedOn('component')}; did you mean "properties"?`,
    why: 'a letter is missing',
  },
  {
    component: { Properties: {} },
    says: `.Properties: ${passedOn('component')}; did you mean "properties"?`,
    why: 'the case differs',
  },
  {
    component: { trait: [] },
    says: `.trait: ${passedOn('component')}; did you mean "traits"?`,
    why: 'a letter is missing',
  },
  { component: { deploymentPriority: 1 }, why: 'it is not near a field of mooring' },
  { component: { definitionOutputRefs: [] }, why: 'it is not near a field of mooring' },
  { component: { dependsOn: [], inputs: [], outputs: [], scopes: {} }, why: 'KubeVela has these fields' },
  { component: { property: 1, properties: {} }, why: 'the field that could be meant is present' },
  { component: { nme: 'a' }, why: 'the schema requires the field that could be meant' },
  {
    component: { traits: [{ type: 'storage', propertis: {} }] },
    says: `.traits[0].propertis: ${passedOn('trait')}; did you mean "properties"?`,
    why: 'traits are read too',
  },
  { component: { traits: [{ type: 'storage', traits: [] }, 'x'] }, why: 'a trait has no traits' },
  { component: { traits: 'x' }, why: 'the schema reports the wrong type' },
];

describe('FieldMisspelt', () => {
  for (const { component, says, why } of components) {
    it(`${says === undefined ? 'allows' : 'warns about'} ${JSON.stringify(component)}: ${why}`, () => {
      const expected = says === undefined ? [] : [`${first}${says}`];
      assert.deepEqual(found(withComponents({ ...ui, ...component })), expected);
    });
  }

  it('does not repeat a warning for an edit of something else', () => {
    const old = withComponents({ ...ui, propertes: {} });
    assert.deepEqual(found({ ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }, old), []);
  });

  it('reads no components that are not a list', () => {
    assert.deepEqual(found({ ...profile('team'), spec: { workload: { components: 'x' } } } as KubeObject), []);
  });

  const annotated = (key: string) => environment('team', { annotations: { [key]: 'true' } });
  const annotations: [key: string, meant?: string][] = [
    ['spectrocloud.com/deletion-protecton', 'spectrocloud.com/deletion-protection'],
    ['spectrocloud.com/acknowlege', 'spectrocloud.com/acknowledge'],
    ['spectrocloud.com/acknowledge'],
    ['spectrocloud.com/deletion-protection'],
    ['example.com/acknowlege'],
    ['spectrocloud.com/owner'],
    ...admissionAnnotations.map((key): [string] => [key]),
  ];
  for (const [key, meant] of annotations) {
    it(`${meant === undefined ? 'allows' : 'warns about'} annotation ${key}`, () => {
      const message = `metadata.annotations[${key}]: has no effect; did you mean "${meant ?? ''}"?`;
      assert.deepEqual(found(annotated(key)), meant === undefined ? [] : [message]);
    });
  }

  it('warns about annotations of a WorkloadDeployment', () => {
    const { metadata, ...rest } = deployment('team');
    const object = { ...rest, metadata: { ...metadata, annotations: { 'spectrocloud.com/acknowledg': 'x' } } };
    assert.equal(found(object).length, 1);
  });
});
