import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { TopologyEngine } from '../../../src/topology/topology-result.ts';
import { checkObjects, startEngine, type Checked } from '../../support/checked-hub.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { renderable, unrenderableTopologies } from '../../support/unrenderable-topologies.ts';
import { buildTimeoutMs } from '../../topology/cue-module.ts';

const mine = (template: string) => customTopology('mine', template);
const users = [
  environment('team', { topology: { type: 'mine', properties: { x: 5 } } }),
  profile('team'),
  deployment('team'),
];

describe('edits of a topology that compile and cannot be rendered', function () {
  this.timeout(60_000);
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    engine = await startEngine();
  });
  after(() => engine.close());

  const check = (objects: readonly KubeObject[], state?: readonly KubeObject[]): Promise<Checked[]> =>
    checkObjects(engine, objects, state);
  const silent = { allowed: true, lines: '' };

  it('the topology before the edit is admitted without a word, alone, with its users, and edited in a comment', async () => {
    assert.deepEqual(await check([mine(renderable), ...users]), [silent, silent, silent, silent]);
    assert.deepEqual(await check([mine(`${renderable}\n// edited`)], [mine(renderable), ...users]), [silent]);
  });

  for (const [title, { template, says, needsX = false }] of Object.entries(unrenderableTopologies)) {
    it(`are refused with the name of the Environment that would break: ${title}`, async () => {
      const [result] = await check([mine(template)], [mine(renderable), ...users]);
      assert.equal(result?.allowed, false);
      assert.match(result.lines, /^TopologyDoesNotRender spec\.schematic\.cue\.template: Environment team\/primary: /m);
      assert.match(result.lines, says);
    });

    it(`are reported at what arrives last: ${title}`, async () => {
      const [first, second] = await check([mine(template), ...users]);
      assert.equal(first?.allowed, true, first?.lines);
      assert.match((needsX ? second?.lines : first.lines) ?? '', says);
      const last = (await check([...users, mine(template)])).at(-1);
      assert.equal(last?.allowed, false);
      assert.match(last.lines, says);
    });
  }

  const requires = (template: string) => mine(template.replace('#Parameter: {', '#Parameter: {needs!: string, '));
  // The type of a name is checked when the object has all of its values.
  const needValues = new Set(['a field of context that is of another type']);
  for (const [title, { template, says, needsX = false }] of Object.entries(unrenderableTopologies)) {
    if (needsX || needValues.has(title)) continue;
    it(`are reported before an Environment sets the properties that they require: ${title}`, async () => {
      const [result] = await check([requires(template)]);
      assert.equal(result?.allowed, true);
      assert.match(result.lines, /^TopologyDoesNotRender .*: cannot be rendered unless properties avoid this: /);
      assert.match(result.lines, says);
    });
  }

  it('the topology before the edit is admitted without a word, also if it requires properties', async () => {
    assert.deepEqual(await check([requires(renderable)]), [silent]);
    const choosing = requires(renderable.replace('name: "what"', 'name: {a: "what"}[parameter.needs]'));
    assert.deepEqual(await check([choosing]), [silent]);
  });

  const { template: breaksX = '' } = unrenderableTopologies['a missing field for this Environment'] ?? {};
  const typedWith = (x: number) => environment('team', { topology: { type: 'mine', properties: { x } } });
  const pinned = deployment('team', { environmentRef: 'primary@v1' });

  it('are refused if they would break an older revision of an Environment that a deployment pins', async () => {
    const before = [mine(renderable), typedWith(5), profile('team'), pinned, typedWith(1)];
    const [result] = (await check([...before, mine(breaksX)])).slice(-1);
    assert.equal(result?.allowed, false);
    assert.match(result.lines, /^TopologyDoesNotRender .*: Environment team\/primary@v1: .*undefined field: foo/m);
  });

  it('are admitted if no deployment uses the older revision of an Environment any more', async () => {
    const before = [mine(renderable), typedWith(5), profile('team'), deployment('team'), typedWith(1)];
    assert.deepEqual((await check([...before, mine(breaksX)])).at(-1), silent);
  });
});
