import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import type { TopologyContext } from '../../../src/api/topology-context.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import {
  problemOfRender,
  renderDefaults,
  renderSample,
  sampleContext,
} from '../../../src/domain/render/sample-render.ts';
import { placeholderContext } from '../../../src/domain/render/topology-shape.ts';
import { defaultRenderSettings, type RenderTools } from '../../../src/domain/render/workload-render.ts';
import { simpleRender } from '../../support/controller-scene.ts';

const sample = { namespace: 'team', name: 'primary', isBuiltin: false, template: 'template', properties: {} };

function toolsWith(render: (context: TopologyContext, parameter: JsonObject) => JsonObject[]): RenderTools {
  return {
    topologies: {
      render: (_template, parameter, context) => Promise.resolve({ ok: true, objects: render(context, parameter) }),
    },
    settings: defaultRenderSettings,
    hash: sha256,
  };
}

const works = (context: TopologyContext, parameter: JsonObject = {}) => simpleRender(parameter, context.workloadYamls);
const only = (kind: string) => (context: TopologyContext) => works(context).filter((object) => object['kind'] === kind);

describe('rendering a sample', () => {
  it('gives the topology the properties of the Environment, and a Workload in its namespace', async () => {
    const contexts: TopologyContext[] = [];
    const tools = toolsWith((context, parameter) => {
      contexts.push(context);
      assert.deepEqual(parameter, { clusters: 2 });
      return works(context);
    });
    const render = await renderSample({ ...sample, properties: { clusters: 2 } }, tools);
    assert.equal(problemOfRender(render), undefined);
    const [context] = contexts;
    assert.deepEqual([context?.environment, context?.namespace, context?.components.length], ['primary', 'team', 1]);
  });

  for (const isBuiltin of [true, false]) {
    it(`has the context with which a ${isBuiltin ? 'built-in' : 'custom'} topology is checked`, async () => {
      const contexts: TopologyContext[] = [];
      const tools = toolsWith((context) => {
        contexts.push(context);
        return works(context);
      });
      await renderSample({ ...sample, isBuiltin }, tools);
      const { namespace, name } = sample;
      assert.deepEqual(contexts, [sampleContext({ namespace, name, isBuiltin })]);
    });
  }

  it('has the context of the render for any Workload if the topology is built in', () => {
    const { name } = sample;
    assert.deepEqual(sampleContext({ namespace: 'team', name, isBuiltin: true }), placeholderContext(name));
  });

  const rows = [
    { title: 'nothing', render: () => [], says: /renders no object/ },
    { title: 'Placements only', render: only('Placement'), says: /renders no ManifestWorkReplicaSet/ },
    {
      title: 'a kind that is not allowed',
      render: (context: TopologyContext) => [...works(context), { apiVersion: 'v1', kind: 'Secret' }],
      says: /Secret \(v1\) is not a kind/,
    },
  ];
  for (const { title, render, says } of rows) {
    it(`finds that a topology renders ${title}`, async () => {
      assert.match(problemOfRender(await renderSample(sample, toolsWith(render))) ?? '', says);
    });
  }
});

describe('rendering the defaults of a topology', () => {
  const elsewhere = (context: TopologyContext) =>
    works(context).map((object) => ({ ...object, metadata: { name: 'x', namespace: 'elsewhere' } }));

  it('permits any hub namespace, because an Environment may name one', async () => {
    assert.equal(problemOfRender(await renderDefaults('template', toolsWith(elsewhere))), undefined);
    const inEnvironment = await renderSample(sample, toolsWith(elsewhere));
    assert.match(problemOfRender(inEnvironment) ?? '', /in namespace "elsewhere"; allowed here/);
  });

  it('reports what the engine reports', async () => {
    const violations = [{ path: ['clusters'], message: 'is required' }];
    const failing: RenderTools = {
      ...toolsWith(works),
      topologies: { render: () => Promise.resolve({ ok: false, reason: 'InvalidParameter', violations }) },
    };
    const render = await renderDefaults('template', failing);
    assert.deepEqual(render, {
      ok: false,
      reason: 'InvalidParameter',
      message: 'spec.topology.properties.clusters: is required',
    });
  });

  const violations = [{ path: [], message: 'undefined field: quux' }];
  const secret = { apiVersion: 'v1', kind: 'Secret' };
  const rows = [
    {
      title: 'what the template shows without them',
      found: { violations, objects: [] },
      says: /^undefined field: quux$/,
    },
    {
      title: 'a kind that is not allowed',
      found: { violations: [], objects: [secret] },
      says: /^Secret \(v1\) is not a/,
    },
    {
      title: 'that they are missing',
      found: { violations: [], objects: [{ kind: 'Secret' }] },
      says: /x: is required/,
    },
  ];
  for (const { title, found: withoutProperties, says } of rows) {
    it(`reports, if properties are required, ${title}`, async () => {
      const missing = [{ path: ['x'], message: 'is required' }];
      const failing: RenderTools = {
        ...toolsWith(works),
        topologies: {
          render: () =>
            Promise.resolve({ ok: false, reason: 'InvalidParameter', violations: missing, withoutProperties }),
        },
      };
      assert.match(problemOfRender(await renderDefaults('template', failing)) ?? '', says);
    });
  }
});
