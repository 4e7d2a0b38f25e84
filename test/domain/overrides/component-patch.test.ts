import assert from 'node:assert/strict';
import type { Component } from '../../../src/api/workload.ts';
import { copyComponent, patchComponent } from '../../../src/domain/overrides/component-patch.ts';
import type { ComponentPatch, TraitPatch } from '../../../src/domain/overrides/override-policy.ts';

const ui: Component = {
  name: 'ui',
  type: 'webservice',
  properties: { image: 'ui:1', env: { DEBUG: '1', LEVEL: 'info' } },
  traits: [
    { type: 'scaler', properties: { replicas: 3, zones: ['a'] } },
    { type: 'ingress', properties: { host: 'ui.test' } },
  ],
};
const bare: Component = { name: 'bare', type: 'worker' };

const patch = (fields: Partial<ComponentPatch>): ComponentPatch => ({
  name: undefined,
  type: undefined,
  properties: undefined,
  remove: [],
  traits: [],
  ...fields,
});
const trait = (type: string, fields: Partial<TraitPatch> = {}): TraitPatch => ({
  type,
  properties: undefined,
  disable: false,
  remove: [],
  ...fields,
});

const cases: { why: string; of: Component; patch: ComponentPatch; changes: Partial<Component>; misses?: string[] }[] = [
  { why: 'an empty patch changes nothing', of: ui, patch: patch({}), changes: {} },
  { why: 'an empty patch adds no fields', of: bare, patch: patch({}), changes: {} },
  {
    why: 'properties are merged',
    of: ui,
    patch: patch({ properties: { env: { LEVEL: 'debug' } } }),
    changes: { properties: { image: 'ui:1', env: { DEBUG: '1', LEVEL: 'debug' } } },
  },
  {
    why: 'properties are added to a component without any',
    of: bare,
    patch: patch({ properties: { a: 1, b: null } }),
    changes: { properties: { a: 1 } },
  },
  {
    why: 'keys are removed',
    of: ui,
    patch: patch({ remove: ['/env/DEBUG', '/image'] }),
    changes: { properties: { env: { LEVEL: 'info' } } },
  },
  {
    why: 'remove and new properties replace a map as a whole',
    of: ui,
    patch: patch({ remove: ['/env'], properties: { env: { NEW: '1' } } }),
    changes: { properties: { image: 'ui:1', env: { NEW: '1' } } },
  },
  {
    why: 'a removed key may be missing',
    of: bare,
    patch: patch({ remove: ['/a'] }),
    changes: {},
    misses: ['remove[0]'],
  },
  {
    why: 'a trait is patched by its type',
    of: ui,
    patch: patch({ traits: [trait('scaler', { properties: { replicas: 1 }, remove: ['/zones'] })] }),
    changes: { traits: [{ type: 'scaler', properties: { replicas: 1 } }, ...(ui.traits ?? []).slice(1)] },
  },
  {
    why: 'a missing trait is added, without null values',
    of: bare,
    patch: patch({ traits: [trait('scaler', { properties: { replicas: 2, zones: null } }), trait('plain')] }),
    changes: { traits: [{ type: 'scaler', properties: { replicas: 2 } }, { type: 'plain' }] },
  },
  {
    why: 'a trait is disabled',
    of: ui,
    patch: patch({ traits: [trait('ingress', { disable: true })] }),
    changes: { traits: (ui.traits ?? []).slice(0, 1) },
  },
  {
    why: 'a trait to disable may be missing',
    of: bare,
    patch: patch({ traits: [trait('ingress', { disable: true })] }),
    changes: {},
    misses: ['traits[0]'],
  },
  {
    why: 'a trait that the patch adds and disables leaves no empty list',
    of: bare,
    patch: patch({ traits: [trait('scaler'), trait('scaler', { disable: true })] }),
    changes: {},
  },
  {
    why: 'a key to remove from a trait may be missing',
    of: ui,
    patch: patch({ traits: [trait('scaler'), trait('ingress', { remove: ['/host', '/tls'] })] }),
    changes: { traits: [...(ui.traits ?? []).slice(0, 1), { type: 'ingress', properties: {} }] },
    misses: ['traits[1].remove[1]'],
  },
];

describe('patching a component', () => {
  for (const { why, of, patch: given, changes, misses = [] } of cases) {
    it(`follows the patch: ${why}`, () => {
      const before = structuredClone(of);
      const component = copyComponent(of);
      const found = patchComponent(component, given);
      assert.deepEqual(component, { ...of, ...changes });
      assert.deepEqual([...found.keys()], misses);
      assert.deepEqual(of, before);
    });
  }

  it('patches and disables every trait of a type', () => {
    const twice: Component = { ...bare, traits: [{ type: 'a' }, { type: 'b' }, { type: 'a' }] };
    const patched = copyComponent(twice);
    patchComponent(patched, patch({ traits: [trait('a', { properties: { x: 1 } })] }));
    assert.deepEqual(
      patched.traits?.map(({ properties }) => properties),
      [{ x: 1 }, undefined, { x: 1 }],
    );
    const disabled = copyComponent(twice);
    patchComponent(disabled, patch({ traits: [trait('a', { disable: true })] }));
    assert.deepEqual(disabled.traits, [{ type: 'b' }]);
  });
});
