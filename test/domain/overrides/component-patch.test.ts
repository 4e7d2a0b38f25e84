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
  match: undefined,
  properties: undefined,
  disable: false,
  remove: [],
  ...fields,
});

const cases: { why: string; of: Component; patch: ComponentPatch; changes: Partial<Component>; misses?: string[] }[] = [
  { why: 'an empty patch changes nothing', of: ui, patch: patch({}), changes: {}, misses: [''] },
  { why: 'an empty patch adds no fields', of: bare, patch: patch({}), changes: {}, misses: [''] },
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
    misses: ['traits[0]', 'traits[1].remove[1]'],
  },
];

describe('patching a component', () => {
  for (const { why, of, patch: given, changes, misses = [] } of cases) {
    it(`follows the patch: ${why}`, () => {
      const before = structuredClone(of);
      const component = copyComponent(of);
      const found = patchComponent(component, given);
      assert.deepEqual(component, { ...of, ...changes });
      assert.deepEqual([...found.misses.keys()], misses);
      assert.deepEqual(of, before);
    });
  }

  const storages: Component = {
    ...bare,
    traits: [
      { type: 'storage', properties: { path: '/data', size: '1Gi' } },
      { type: 'storage', properties: { path: '/logs', size: '1Gi' } },
      { type: 'plain' },
    ],
  };
  const sizes = ({ traits = [] }: Component) => traits.map(({ properties }) => properties?.['size']);

  it('changes only the traits whose properties match', () => {
    const component = copyComponent(storages);
    const logs = trait('storage', { match: { path: '/logs' }, properties: { size: '20Gi' } });
    const found = patchComponent(component, patch({ traits: [logs] }));
    assert.deepEqual(sizes(component), ['1Gi', '20Gi', undefined]);
    assert.deepEqual([found.misses.size, found.several.size], [0, 0]);
  });

  it('disables only the traits whose properties match', () => {
    const component = copyComponent(storages);
    patchComponent(component, patch({ traits: [trait('storage', { match: { path: '/logs' }, disable: true })] }));
    assert.deepEqual(component.traits, [storages.traits?.[0], { type: 'plain' }]);
  });

  it('adds no trait if none has the properties of match', () => {
    const traits = [
      trait('storage', { match: { path: '/none' }, properties: { size: '20Gi' } }),
      trait('plain', { match: { a: 1 }, disable: true }),
    ];
    const component = copyComponent(storages);
    const { misses } = patchComponent(component, patch({ traits }));
    assert.deepEqual(component, storages);
    assert.deepEqual(
      [...misses],
      [
        ['traits[0]', 'has no trait storage with the properties of match to change'],
        ['traits[1]', 'has no trait plain with the properties of match to disable'],
      ],
    );
  });

  it('names several traits of one type that it changes or disables, unless match says that all are meant', () => {
    const traits = [
      trait('storage', { properties: { size: '2Gi' } }),
      trait('storage', { match: {}, properties: { size: '2Gi' } }),
      trait('storage', { disable: true }),
    ];
    const { several } = patchComponent(copyComponent(storages), patch({ traits }));
    assert.deepEqual(
      [...several],
      [
        [
          'traits[0]',
          'has 2 traits storage, and this changes all of them; to select some, add match with properties of them',
        ],
        [
          'traits[2]',
          'has 2 traits storage, and this disables all of them; to select some, add match with properties of them',
        ],
      ],
    );
  });

  const nothings: { why: string; patch: ComponentPatch; says: Record<string, RegExp> }[] = [
    { why: 'empty properties', patch: patch({ properties: {} }), says: { properties: /write remove: \["\/KEY"\]$/ } },
    {
      why: 'an empty map in a map',
      patch: patch({ properties: { image: 'new', env: {} } }),
      says: { properties: /the empty map \/env; .*remove: \["\/env\/KEY"\]$/ },
    },
    {
      why: 'an empty trait',
      patch: patch({ traits: [trait('scaler', { properties: {} })] }),
      says: { 'traits[0].properties': /^is not changed by the empty properties/ },
    },
    { why: 'a map that is new', patch: patch({ properties: { other: {} } }), says: {} },
    { why: 'a map that is replaced', patch: patch({ remove: ['/env'], properties: { env: {} } }), says: {} },
    { why: 'a map instead of text', patch: patch({ properties: { image: {} } }), says: {} },
    { why: 'a null that arrived', patch: patch({ properties: { image: null } }), says: {} },
  ];
  for (const { why, patch: given, says } of nothings) {
    it(`${Object.keys(says).length > 0 ? 'names' : 'does not name'} what changes nothing: ${why}`, () => {
      const { misses } = patchComponent(copyComponent(ui), given);
      assert.deepEqual([...misses.keys()], Object.keys(says));
      for (const [path, message] of Object.entries(says)) assert.match(misses.get(path) ?? '', message);
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
