import assert from 'node:assert/strict';
import { sha256 } from '../../../src/cli/sha256.ts';
import {
  defaultRenderSettings,
  namedHubNamespaces,
  renderProbe,
  renderWorkload,
  type RenderedEnvironment,
  type RenderTools,
} from '../../../src/domain/render/workload-render.ts';
import { simpleRender } from '../../support/controller-scene.ts';
import { deployment, environment } from '../../support/manifests.ts';
import type { RenderContext } from '../../../src/api/topology-context.ts';

const components = [{ name: 'ui', type: 'webservice', properties: { replicas: 3 } }];
const override = (properties: object) => [
  { name: 'small', type: 'override', properties: JSON.parse(JSON.stringify(properties)) },
];

function rendered(policies?: RenderedEnvironment['spec']['policies']): RenderedEnvironment {
  const { spec } = environment('team');
  const overridden = policies === undefined ? spec : { ...spec, policies };
  return { namespace: 'team', name: 'primary', revision: 4, spec: overridden, template: 'template' };
}

function toolsThatNote(contexts: RenderContext[]): RenderTools {
  const render: RenderTools['topologies']['render'] = (_template, parameter, context) => {
    contexts.push(context);
    return Promise.resolve({ ok: true, objects: simpleRender(parameter, context.workloadYamls) });
  };
  return { topologies: { render }, settings: defaultRenderSettings, hash: sha256 };
}

describe('rendering a deployment', () => {
  it('gives the topology what it may read', async () => {
    const contexts: RenderContext[] = [];
    await renderWorkload(
      deployment('apps', { name: 'shop', spokeNamespace: 'web' }),
      rendered(),
      { workload: { components } },
      toolsThatNote(contexts),
    );
    const [{ workloadYamls, ...context } = { workloadYamls: [] }] = contexts;
    assert.deepEqual(context, {
      name: 'shop',
      workloadName: 'shop',
      namespace: 'apps',
      appName: 'shop',
      environment: 'primary',
    });
    assert.deepEqual(
      workloadYamls.map((text) => JSON.parse(text).kind),
      ['Namespace', 'Workload'],
    );
  });

  it('overrides the components as the Environment says', async () => {
    const contexts: RenderContext[] = [];
    const policies = override({ components: [{ name: 'ui', properties: { replicas: 1 } }] });
    await renderWorkload(deployment('apps'), rendered(policies), { workload: { components } }, toolsThatNote(contexts));
    assert.equal(JSON.parse(contexts[0]?.workloadYamls[1] ?? '').spec.components[0].properties.replicas, 1);
  });

  it('fails with the code of an override that cannot be', async () => {
    const policies = override({ components: [{ name: 'ui', type: 'worker' }] });
    const result = await renderWorkload(
      deployment('apps'),
      rendered(policies),
      { workload: { components } },
      toolsThatNote([]),
    );
    assert.equal(result.ok ? '' : result.reason, 'OverrideTypeDiffers');
  });

  it('reads the lifecycle off the render', async () => {
    const result = await renderWorkload(
      deployment('apps'),
      rendered(),
      { workload: { components } },
      toolsThatNote([]),
    );
    assert.ok(result.ok);
    assert.deepEqual(result.lifecycle, {
      spokeNamespace: { create: true, orphan: false },
      workload: { orphan: false },
    });
  });
});

describe('rendering a review', () => {
  it('keeps the Placements and throws the works away', async () => {
    const contexts: RenderContext[] = [];
    const result = await renderProbe(rendered(), toolsThatNote(contexts));
    assert.ok(result.ok);
    assert.deepEqual(
      result.objects.map(({ kind }) => kind),
      ['Placement'],
    );
    assert.deepEqual(contexts[0]?.workloadYamls, []);
  });
});

describe('the hub namespaces that properties ask for', () => {
  it('are hubNamespace and placementNamespace, where they are texts', () => {
    assert.deepEqual(namedHubNamespaces({ hubNamespace: 'a', placementNamespace: 'b' }), ['a', 'b']);
    for (const odd of [{}, { hubNamespace: '' }, { hubNamespace: 1 }, { placementNamespace: null }]) {
      assert.deepEqual(namedHubNamespaces(odd), []);
    }
  });
});
