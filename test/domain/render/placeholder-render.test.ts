import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import type { TopologyContext } from '../../../src/api/topology-context.ts';
import { renderContext } from '../../../src/domain/render/render-context.ts';
import { placeholderRenders } from '../../../src/domain/render/placeholder-render.ts';
import { placeholderContext } from '../../../src/domain/render/topology-shape.ts';
import { manifestText, workManifests } from '../../../src/domain/render/work-manifests.ts';
import { builtinTopologies } from '../../../src/topology/builtin.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { startEngine } from '../../support/checked-hub.ts';
import { buildTimeoutMs } from '../../topology/cue-module.ts';

interface Case {
  why: string;
  workload?: string;
  namespace?: string;
  team?: string;
  name?: string;
  component?: JsonObject;
  labels?: Record<string, string>;
}

function contextOf({ workload = 'shop', namespace = 'web', team = 'team', name = 'prod', component, labels }: Case) {
  const components = [{ name: 'ui', type: 'webservice', properties: component ?? {}, traits: [] }];
  const deployment = {
    apiVersion: '',
    kind: 'WorkloadDeployment' as const,
    metadata: { namespace: team, name },
    spec: {
      workload: { name: workload, namespace, ...(labels && { namespaceMetadata: { labels } }) },
      workloadProfileRef: { name: 'p' },
      environmentRef: { name: 'e' },
    },
  };
  return renderContext({
    environment: 'primary',
    names: { deployment: { namespace: team, name }, namespace, workload },
    metadata: {},
    profileRevision: 3,
    components,
    workloadYamls: workManifests(deployment, components).map(manifestText),
  });
}

/** Renders through the shared render and alone. Says with how many contexts the engine rendered, and with which. */
async function renderBoth(
  engine: TopologyEngine,
  type: keyof typeof builtinTopologies,
  properties: JsonObject,
  of: Case,
) {
  const contexts: TopologyContext[] = [];
  const shared = placeholderRenders({
    render: (template, parameter, context) => {
      contexts.push(context);
      return engine.render(template, parameter, context);
    },
  });
  const [template, context] = [builtinTopologies[type], contextOf(of)];
  const found = await shared.render(template, properties, context, { namespace: 'team' });
  const alone = await engine.render(template, properties, context);
  const outcome = (result: typeof found | typeof alone) => (result.ok ? result.objects : result.violations);
  return { found: outcome(found), alone: outcome(alone), isShared: contexts[0]?.name !== context.name };
}

const lifecycle = (create: boolean, orphan: boolean, workload = false) => ({
  manifestWorkReplicaSet: {
    manifestWorkTemplate: { lifecycle: { spokeNamespace: { create, orphan }, workload: { orphan: workload } } },
  },
});
const properties: [keyof typeof builtinTopologies, JsonObject][] = [
  ['topology-ocm', {}],
  ['topology-ocm', lifecycle(true, true)],
  ['topology-ocm', lifecycle(false, false, true)],
  ['topology-ocm', { hubNamespace: 'team', placement: { numberOfClusters: 2, predicates: [{}] } }],
  ['topology-ocm', { hubNamespace: 7 }],
  ['topology-ocm-byop', { placementRefs: [{ name: 'a' }, { name: 'shop' }] }],
  ['topology-ocm-byop', {}],
];

describe('a render that all Workloads of an Environment share', function () {
  this.timeout(60_000);
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    engine = await startEngine();
  });
  after(() => engine.close());

  const shared: Case[] = [
    { why: 'usual names' },
    { why: 'equal names', workload: 'a', namespace: 'a', team: 'a', name: 'a' },
    { why: 'names like keywords', workload: 'namespaces', namespace: 'workloads', team: 'works', name: 'Namespace' },
    { why: 'names with $& and quotes, as in files', workload: '$&"', namespace: '\\', team: '$1', name: '' },
    { why: 'numbers', component: { int: 7, decimal: 1.5, large: 9_007_199_254_740_993n, tiny: 1e-7, huge: 1e21 } },
    { why: 'texts', component: { text: 'ä 😀 \u2028 <&> $&', empty: '', none: null, list: [[], {}], '': 1 } },
    { why: 'metadata', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    {
      why: 'a component like a manifest',
      component: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
    },
  ];
  for (const of of shared) {
    it(`is the render of one Workload with ${of.why}`, async () => {
      for (const [type, parameter] of properties) {
        const { found, alone, isShared } = await renderBoth(engine, type, parameter, of);
        assert.deepEqual(found, alone);
        assert.equal(isShared, true);
      }
    });
  }

  const own: [JsonObject, Case][] = [
    [{}, { why: 'large manifests', component: { text: 'x'.repeat(70_000) } }],
    [{}, { why: 'half of a surrogate pair', component: { text: '\ud800' } }],
    [{ placement: { clusterSets: [placeholderContext('').name] } }, { why: 'properties that contain a placeholder' }],
  ];
  for (const [parameter, of] of own) {
    it(`is not used for ${of.why}`, async () => {
      const { found, alone, isShared } = await renderBoth(engine, 'topology-ocm', parameter, of);
      assert.deepEqual([found, isShared], [alone, false]);
    });
  }
});
