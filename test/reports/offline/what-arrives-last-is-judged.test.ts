import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { checkObjects, startEngine } from '../../support/checked-hub.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { renderable, unrenderableTopologies } from '../../support/unrenderable-topologies.ts';
import { buildTimeoutMs } from '../../topology/cue-module.ts';

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const kib = (count: number) => 'x'.repeat(count * 1024);
const overriding = (patch: JsonObject): KubeObject => {
  const { spec, ...object } = environment('team');
  const policies = [{ name: 'small', type: 'override', properties: { components: [patch] } }];
  const overridden = { ...object, spec: { ...spec, policies } };
  return overridden;
};
const sized = (size: number): KubeObject & { spec: JsonObject } => {
  const object = profile('team');
  const components = [{ name: 'ui', type: 'webservice', properties: { text: kib(size) } }];
  return { ...object, spec: { workload: { components } } };
};
const custom = environment('team', { topology: { type: 'mine', properties: { x: 5 } } });
const noWork = unrenderableTopologies['no work for this Environment']?.template ?? '';

interface Row {
  title: string;
  objects: KubeObject[];
  says: RegExp;
  /** The severity for the requester of the object that arrives last; by default it depends on the kind. */
  isDenied?: boolean;
  /** Kinds without which the problem shows already. */
  unneeded?: string[];
}

const rows: Row[] = [
  {
    title: 'an override of another type',
    objects: [overriding({ name: 'ui', type: 'worker', properties: { a: 1 } }), profile('team'), deployment('team')],
    says: /OverrideTypeDiffers/,
    isDenied: true,
  },
  {
    title: 'an override that matches nothing',
    objects: [overriding({ name: 'nobody', properties: { a: 1 } }), profile('team'), deployment('team')],
    says: /OverrideMatchesNothing/,
    isDenied: false,
  },
  {
    title: 'a profile that no work can carry',
    objects: [environment('team'), sized(600), deployment('team')],
    says: /RenderFails .*web has 60\d KiB of manifests; one ManifestWork can have at most 500 KiB/,
    isDenied: false,
  },
  {
    title: 'a profile that no work can carry with the override',
    objects: [overriding({ name: 'ui', properties: { more: kib(300) } }), sized(300), deployment('team')],
    says: /RenderFails .*web has 60\d KiB of manifests; one ManifestWork can have at most 500 KiB/,
    isDenied: false,
  },
  {
    title: 'a topology that renders no work with the properties of the Environment',
    objects: [customTopology('mine', noWork), custom, profile('team'), deployment('team')],
    says: /no ManifestWorkReplicaSet/,
    unneeded: ['WorkloadProfile', 'WorkloadDeployment'],
  },
];

describe('what only a render finds is reported at the object that arrives last', function () {
  this.timeout(120_000);
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    engine = await startEngine();
  });
  after(() => engine.close());

  for (const { title, objects, says, isDenied, unneeded = [] } of rows) {
    for (const order of permutations(objects)) {
      const kinds = order.map(({ kind }) => kind);
      it(`${title}: ${kinds.join(', ')}`, async () => {
        const needed = kinds.filter((kind) => !unneeded.includes(kind));
        const last = kinds.indexOf(needed.at(-1) ?? '');
        const results = await checkObjects(engine, order);
        assert.match(results[last]?.lines ?? '', says);
        if (isDenied !== undefined) assert.equal(results[last]?.allowed, !isDenied);
        for (const [index, { lines }] of results.entries()) if (index < last) assert.doesNotMatch(lines, says);
      });
    }
  }

  it('an edit is judged too, and not again if the problem existed before', async () => {
    const users = [environment('team'), deployment('team')];
    const [grown] = await checkObjects(engine, [sized(600)], [sized(100), ...users]);
    assert.match(
      grown?.lines ?? '',
      /^RenderFails spec\.workload\.components: a deployment in Environment team\/primary/,
    );
    assert.deepEqual(await checkObjects(engine, [sized(601)], [sized(600), ...users]), [{ allowed: true, lines: '' }]);
    assert.deepEqual(await checkObjects(engine, [sized(101)], [sized(100), ...users]), [{ allowed: true, lines: '' }]);
  });

  it('what fits is admitted without a word in any order', async () => {
    const objects = [customTopology('mine', renderable), custom, profile('team'), deployment('team')];
    for (const order of permutations(objects)) {
      const results = await checkObjects(engine, order);
      assert.doesNotMatch(results.map(({ lines }) => lines).join('\n'), /RenderFails|DoesNotRender|Override/);
    }
  });
});
