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
import type { TopologyContext } from '../../../src/api/topology-context.ts';

const components = [{ name: 'ui', type: 'webservice', properties: { replicas: 3 } }];
const profile = { revision: 3, spec: { workload: { components } } };
const override = (properties: object) => [
  { name: 'small', type: 'override', properties: JSON.parse(JSON.stringify(properties)) },
];

function rendered(policies?: RenderedEnvironment['spec']['policies']): RenderedEnvironment {
  const { spec } = environment('team');
  const overridden = policies === undefined ? spec : { ...spec, policies };
  return { namespace: 'team', name: 'primary', revision: 4, spec: overridden, template: 'template' };
}

function recordingTools(contexts: TopologyContext[]): RenderTools {
  const render: RenderTools['topologies']['render'] = (_template, parameter, context) => {
    contexts.push(context);
    return Promise.resolve({ ok: true, objects: simpleRender(parameter, context.workloadYamls) });
  };
  return { topologies: { render }, settings: defaultRenderSettings, hash: sha256 };
}

describe('rendering a deployment', () => {
  it('gives the topology its context', async () => {
    const contexts: TopologyContext[] = [];
    await renderWorkload(
      deployment('apps', { name: 'shop', spokeNamespace: 'web' }),
      rendered(),
      profile,
      recordingTools(contexts),
    );
    const [{ workloadYamls, ...context } = { workloadYamls: [] }] = contexts;
    assert.deepEqual(context, {
      name: 'shop',
      workloadName: 'shop',
      namespace: 'web',
      deployment: { namespace: 'apps', name: 'shop' },
      appName: 'shop',
      appRevision: 'shop-v3',
      appRevisionNum: 3,
      appLabels: {},
      appAnnotations: {},
      components,
      environment: 'primary',
    });
    assert.deepEqual(
      workloadYamls.map((manifest) => JSON.parse(manifest).kind),
      ['Namespace', 'Workload'],
    );
  });

  it('applies the overrides of the Environment', async () => {
    const contexts: TopologyContext[] = [];
    const policies = override({ components: [{ name: 'ui', properties: { replicas: 1 } }] });
    await renderWorkload(deployment('apps'), rendered(policies), profile, recordingTools(contexts));
    assert.equal(JSON.parse(contexts[0]?.workloadYamls[1] ?? '').spec.components[0].properties.replicas, 1);
  });

  it('fails with the code of an override that denies', async () => {
    const policies = override({ components: [{ name: 'ui', type: 'worker' }] });
    const result = await renderWorkload(deployment('apps'), rendered(policies), profile, recordingTools([]));
    assert.equal(result.ok ? '' : result.reason, 'OverrideTypeDiffers');
  });

  it('reads the lifecycle from the rendered objects', async () => {
    const result = await renderWorkload(deployment('apps'), rendered(), profile, recordingTools([]));
    assert.ok(result.ok);
    assert.deepEqual(result.lifecycle, {
      spokeNamespace: { create: true, orphan: false },
      workload: { orphan: false },
    });
  });
});

describe('rendering a probe', () => {
  it('keeps the Placements only', async () => {
    const contexts: TopologyContext[] = [];
    const result = await renderProbe(rendered(), recordingTools(contexts));
    assert.ok(result.ok);
    assert.deepEqual(
      result.objects.map(({ kind }) => kind),
      ['Placement'],
    );
    assert.deepEqual(contexts[0]?.workloadYamls, []);
  });
});

describe('the hub namespaces that properties name', () => {
  it('are hubNamespace and placementNamespace, if they are non-empty strings', () => {
    assert.deepEqual(namedHubNamespaces({ hubNamespace: 'a', placementNamespace: 'b' }), ['a', 'b']);
    for (const odd of [{}, { hubNamespace: '' }, { hubNamespace: 1 }, { placementNamespace: null }]) {
      assert.deepEqual(namedHubNamespaces(odd), []);
    }
  });
});
