import assert from 'node:assert/strict';
import type { TopologyRenders } from '../../../../src/domain/admission/facts.ts';
import { topologyDoesNotRender } from '../../../../src/domain/admission/rules/topology-does-not-render.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { factsOf } from '../../../support/facts.ts';

const object = customTopology('edge', 'output: {}');
const find = (topologyRenders: Partial<TopologyRenders>) =>
  topologyDoesNotRender.find(
    factsOf({ object }, { topologyRenders: { broken: [], unevaluated: 0, ...topologyRenders } }),
  );
const environment = (namespace: string, visible = true) => ({ namespace, name: 'primary', visible });

describe('TopologyDoesNotRender', () => {
  it('names the Environments that can no longer be rendered', () => {
    const message = 'spec.topology.properties.x: is required';
    assert.deepEqual(find({ broken: [{ environments: [environment('b'), environment('a')], message }] }), [
      {
        path: 'spec.schematic.cue.template',
        message: `Environment b/primary, a/primary: ${message}`,
      },
    ]);
  });

  it('counts those that the requester may not see, and does not quote their properties', () => {
    const [finding] = find({ broken: [{ environments: [environment('team', false)], message: 'secret' }] });
    assert.equal(finding?.message, '1 Environment: cannot be rendered with their properties');
    const [both] = find({ broken: [{ environments: [environment('a', false), environment('b')], message: 'line 3' }] });
    assert.equal(both?.message, 'Environment b/primary and 1 more: line 3');
  });

  it('warns of a topology that no Environment uses and that cannot be rendered without properties', () => {
    const message = 'cannot be rendered unless properties avoid this: line 3: conflict';
    assert.deepEqual(find({ defaults: 'line 3: conflict' }), [
      { path: 'spec.schematic.cue.template', message, severity: 'warn' },
    ]);
  });

  it('warns of Environments that were not evaluated', () => {
    const [one, many] = [find({ unevaluated: 1 })[0], find({ unevaluated: 3 })[0]];
    assert.deepEqual([one?.severity, many?.severity], ['warn', 'warn']);
    assert.match(one?.message ?? '', /^1 Environment that uses it was not evaluated in time; `mooring check --state`/);
    assert.match(many?.message ?? '', /^3 Environments that use it were not evaluated in time;/);
  });

  it('warns of deployments whose changes on clusters were not checked', () => {
    const warnings = [1, 3].map((unevaluatedDeployments) =>
      topologyDoesNotRender.find(factsOf({ object }, { unevaluatedDeployments })),
    );
    const [one, many] = warnings.map(([finding]) => finding);
    assert.deepEqual([one?.severity, many?.severity], ['warn', 'warn']);
    assert.match(one?.message ?? '', /was not checked for 1 deployment;/);
    assert.match(many?.message ?? '', /was not checked for 3 deployments;/);
  });

  it('finds nothing if everything is rendered, and for other edits', () => {
    assert.deepEqual(find({}), []);
    assert.deepEqual(topologyDoesNotRender.find(factsOf({ object })), []);
  });
});
