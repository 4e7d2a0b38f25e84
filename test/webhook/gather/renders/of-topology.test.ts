import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import type { TopologyRenders } from '../../../../src/domain/admission/facts.ts';
import type { TopologyResult } from '../../../../src/topology/topology-result.ts';
import type { GatherOptions } from '../../../../src/webhook/gather/context.ts';
import { gatherTopologyRenders } from '../../../../src/webhook/gather/renders/of-topology.ts';
import { simpleRender } from '../../../support/controller-scene.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { stampedAs } from '../../../support/facts.ts';
import { gatherContextOf, gathered } from '../../../support/gathering.ts';
import { environment } from '../../../support/manifests.ts';

const invalid = (message: string): TopologyResult => ({
  ok: false,
  reason: 'InvalidTemplate',
  violations: [{ path: [], message }],
});

/** The engine renders if the properties have no `breaks` with the name of the template. */
const render = (template: string, parameter: JsonObject): Promise<TopologyResult> =>
  Promise.resolve(
    parameter['breaks'] === template || (template === 'needs' && parameter['x'] === undefined)
      ? invalid(`${template} breaks`)
      : { ok: true, objects: simpleRender({}, []) },
  );

const edge = (template: string, revision: number) => stampedAs(customTopology('edge', template), revision);
const old = edge('old', 1);
const edited = edge('new', 2);
const user = (namespace: string, properties: JsonObject = {}, type = 'edge') =>
  environment(namespace, { topology: { type, properties } });

interface Request {
  object?: KubeObject;
  oldObject?: KubeObject;
}

/** What the edit from `old` to `edited`, or another one, does to these Environments, and the names of the rendered templates. */
async function found(
  environments: readonly KubeObject[],
  request: Request = { object: edited, oldObject: old },
  options: Partial<GatherOptions> = {},
): Promise<{ renders: TopologyRenders | undefined; rendered: string[] }> {
  const rendered: string[] = [];
  const topologies = {
    check: (): Promise<TopologyResult> => Promise.resolve({ ok: true, objects: [] }),
    render: (template: string, parameter: JsonObject) => {
      rendered.push(template);
      return render(template, parameter);
    },
  };
  const objects = [...environments, ...(request.oldObject === undefined ? [] : [request.oldObject])];
  const context = gatherContextOf(objects, { topologies, ...options });
  const { topologyRenders } = await gathered(gatherTopologyRenders, request, context);
  return { renders: topologyRenders, rendered };
}
const nothing = { broken: [], unevaluated: 0 };
const broken = (message: string, ...namespaces: string[]) => ({
  message,
  environments: namespaces.map((namespace) => ({ namespace, name: 'primary', visible: true })),
});

describe('the renders that an edit of a PolicyDefinition changes', () => {
  it('are those of the Environments that use it, one for all that have the same properties', async () => {
    const { renders, rendered } = await found([user('a', { x: 1 }), user('b', { x: 1 }), user('c', { x: 2 })]);
    assert.deepEqual([renders, rendered], [nothing, ['new', 'new']]);
  });

  it('break Environments that could be rendered before', async () => {
    const breaks = { breaks: 'new' };
    const { renders } = await found([user('a', breaks), user('b', breaks), user('c')]);
    const message = 'new breaks';
    assert.deepEqual(renders, { broken: [broken(message, 'a', 'b')], unevaluated: 0 });
  });

  it('do not blame the edit for Environments that could not be rendered before', async () => {
    const both: Partial<GatherOptions> = {
      topologies: {
        check: () => Promise.resolve({ ok: true, objects: [] }),
        render: () => Promise.resolve(invalid('always')),
      },
    };
    assert.deepEqual((await found([user('a')], undefined, both)).renders, nothing);
  });

  it('leave out Environments that pin another revision, use another topology, or are being deleted', async () => {
    const breaks = { breaks: 'new' };
    const terminating = user('d', breaks);
    const others = [
      user('a', breaks, 'edge@v1'),
      user('b', breaks, 'other'),
      { ...terminating, metadata: { ...terminating.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
    ];
    assert.deepEqual((await found(others)).renders, nothing);
  });

  it('are those of Environments that waited for it, if it is created', async () => {
    const { renders } = await found([user('a', { breaks: 'new' })], { object: edge('new', 1) });
    assert.deepEqual(renders?.broken.length, 1);
  });

  it('all fail if it stops being a topology', async () => {
    const unlabelled = { ...edited, metadata: { ...edited.metadata, labels: {} } };
    const { renders } = await found([user('a')], { object: unlabelled, oldObject: old });
    assert.match(renders?.broken[0]?.message ?? '', /without the label .*type: topology/);
  });

  it('are not begun for more Environments than the limit, which are counted', async () => {
    const users = ['a', 'b', 'c', 'd'].map((namespace, x) => user(namespace, { x }));
    const same = user('e', { x: 3 });
    const { renders, rendered } = await found([...users, same], undefined, { renderLimits: { count: 2, ms: 60_000 } });
    assert.deepEqual([renders, rendered.length], [{ broken: [], unevaluated: 3 }, 2]);
  });

  it('count as not evaluated if the engine is busy', async () => {
    const busy: Partial<GatherOptions> = {
      topologies: {
        check: () => Promise.resolve({ ok: true, objects: [] }),
        render: () => Promise.resolve({ ok: false, reason: 'EngineFailed', violations: [] }),
      },
    };
    assert.deepEqual((await found([user('a')], undefined, busy)).renders, { broken: [], unevaluated: 1 });
  });
});

describe('the render of a topology that no Environment uses', () => {
  it('is that of its defaults, and is not needed if there are Environments', async () => {
    const needs = edge('needs', 1);
    assert.deepEqual((await found([], { object: needs })).renders, {
      ...nothing,
      defaults: 'needs breaks',
    });
    assert.deepEqual((await found([user('a', { x: 1 })], { object: needs })).renders, nothing);
  });

  it('is no problem if only parameters are missing', async () => {
    const missing: Partial<GatherOptions> = {
      topologies: {
        check: () => Promise.resolve({ ok: true, objects: [] }),
        render: () => Promise.resolve({ ok: false, reason: 'InvalidParameter', violations: [] }),
      },
    };
    assert.deepEqual((await found([], { object: edge('new', 1) }, missing)).renders, nothing);
  });
});

describe('other requests', () => {
  it('need no render', async () => {
    const elsewhere = { ...edited, metadata: { ...edited.metadata, namespace: 'team' } };
    const untouched = { object: edge('old', 1), oldObject: old };
    for (const request of [{ object: elsewhere }, untouched, { object: user('a') }, { oldObject: old }]) {
      assert.deepEqual(await found([user('a')], request), { renders: undefined, rendered: [] });
    }
  });

  it('need none if the template does not compile, which another rule reports', async () => {
    const topologies = {
      check: () => Promise.resolve(invalid('line 1')),
      render: () => Promise.reject(new Error('a topology was rendered')),
    };
    assert.equal((await found([user('a')], undefined, { topologies })).renders, undefined);
  });
});
