import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { overrideFindings, type Overriding, type Pairing } from '../../../src/domain/admission/override-findings.ts';
import type { MaybeNamed } from '../../../src/domain/admission/facts.ts';

const environment: MaybeNamed = { namespace: 'platform', name: 'primary', visible: true };
const profile: MaybeNamed = { namespace: 'team', name: 'web', visible: true };
const components = [{ name: 'ui', type: 'webservice' }];
const overriding = (...list: JsonObject[]): Overriding => ({
  components,
  policies: list.map((properties, index) => ({ name: `p${index}`, type: 'override', properties })),
});
const patch = (name: string, type?: string): JsonObject => ({
  components: [{ name, ...(type === undefined ? {} : { type }), properties: { replicas: 1 } }],
});
const missed = overriding(patch('api'));
const pair = (now: Overriding, more: Partial<Pairing> = {}): Pairing => ({ environment, profile, now, ...more });
const said = (kind: string, ...pairings: Pairing[]) =>
  overrideFindings(kind, pairings).map(({ code, severity, path }) => ({ code, severity, path }));

const codes: { code: string; severity: string; properties: JsonObject; path: string; why: string }[] = [
  {
    code: 'OverrideMatchesNothing',
    severity: 'warn',
    properties: patch('api'),
    path: 'spec.policies[0].properties.components[0].name',
    why: 'no component is called so',
  },
  {
    code: 'OverrideTypeDiffers',
    severity: 'deny',
    properties: patch('ui', 'worker'),
    path: 'spec.policies[0].properties.components[0].type',
    why: 'the component is of another type',
  },
  {
    code: 'SelectorLeavesNothing',
    severity: 'deny',
    properties: { selector: ['api'] },
    path: 'spec.policies[0].properties.selector',
    why: 'no component is called so',
  },
];

describe('what overrides have to say about an Environment and a profile', () => {
  for (const { code, severity, properties, path, why } of codes) {
    it(`is ${code} at the policy, where the Environment is edited: ${why}`, () => {
      const [first] = said('Environment', pair(overriding(properties)));
      assert.deepEqual(first, { code, severity, path });
    });
  }

  it('is nothing where they fit', () => {
    assert.deepEqual(said('Environment', pair(overriding(patch('ui'), { selector: ['ui'] }))), []);
  });

  it('is nothing about a policy that is not of its shape, of which InvalidSpec speaks', () => {
    assert.deepEqual(said('Environment', pair(overriding({ components: 'x' }))), []);
  });

  it('stands at what leads there, where the profile or the deployment is edited', () => {
    const places = (kind: string) => said(kind, pair(missed)).map(({ path }) => path);
    assert.deepEqual(places('WorkloadProfile'), ['spec.workload.components']);
    assert.deepEqual(places('WorkloadDeployment'), ['spec.environmentRef.name']);
  });

  it('is nothing that was said of them before', () => {
    assert.deepEqual(said('Environment', pair(missed, { before: missed })), []);
    assert.deepEqual(said('WorkloadProfile', pair(missed, { before: missed })), []);
    assert.equal(said('Environment', pair(missed, { before: overriding(patch('ui')) })).length, 1);
    assert.equal(said('Environment', pair(overriding(patch('ui'), patch('api')), { before: missed })).length, 1);
  });

  it('is said once, however many deployments bring them together', () => {
    assert.equal(said('Environment', pair(missed), pair(missed)).length, 1);
    const other = { ...profile, name: 'till' };
    assert.equal(said('Environment', pair(missed), pair(missed, { profile: other })).length, 2, 'but for each profile');
  });

  it('names the other one only to who may see it', () => {
    const words = (kind: string, more: Partial<Pairing>) =>
      overrideFindings(kind, [pair(missed, more)])[0]?.message ?? '';
    assert.match(words('Environment', {}), /WorkloadProfile team\/web/);
    assert.match(words('WorkloadProfile', {}), /Environment platform\/primary/);
    const hidden = { profile: { ...profile, visible: false }, environment: { ...environment, visible: false } };
    assert.doesNotMatch(words('Environment', hidden), /team|web/);
    assert.doesNotMatch(words('WorkloadProfile', hidden), /platform|primary/);
    assert.doesNotMatch(words('WorkloadDeployment', hidden), /platform|primary/);
    // Nor what is in it: the names of components, the patches of policies.
    const typed = { now: overriding(patch('ui', 'worker')) };
    assert.match(words('Environment', typed), /ui \(webservice\)/);
    assert.doesNotMatch(words('Environment', { ...typed, ...hidden }), /ui|webservice|worker/);
    assert.match(words('WorkloadProfile', typed), /spec\.policies/);
    assert.doesNotMatch(words('WorkloadProfile', { ...typed, ...hidden }), /spec\.policies|worker/);
  });

  it('tells what is in both of them only to who may see both', () => {
    const words = (more: Partial<Pairing>) =>
      overrideFindings('WorkloadDeployment', [pair(overriding(patch('ui', 'worker')), more)])[0]?.message ?? '';
    const hidden = { environment: { ...environment, visible: false }, profile: { ...profile, visible: false } };
    assert.match(words({}), /spec\.policies.*ui \(webservice\)/);
    for (const one of [{ environment: hidden.environment }, { profile: hidden.profile }, hidden]) {
      assert.doesNotMatch(words(one), /spec\.policies|ui|webservice|worker/);
      assert.match(words(one), /an override of it does not fit$/);
    }
    assert.match(words({ profile: hidden.profile }), /Environment platform\/primary/, 'which may be seen');
  });
});
