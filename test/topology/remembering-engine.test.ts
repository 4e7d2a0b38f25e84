import assert from 'node:assert/strict';
import { rememberingEngine } from '../../src/topology/remembering-engine.ts';
import type { TopologyContext, TopologyResult } from '../../src/topology/topology-result.ts';

const context: TopologyContext = {
  name: 'w',
  workloadName: 'w',
  namespace: 'n',
  appName: 'd',
  environment: 'e',
  workloadYamls: [],
};

/** An engine that gives the results one after the other, and counts how often it was asked. */
function counting(...results: TopologyResult[]) {
  let asked = 0;
  const next = () => {
    const result = results[Math.min(asked, results.length - 1)];
    asked += 1;
    return result === undefined ? Promise.reject(new Error('no result')) : Promise.resolve(result);
  };
  return { engine: { check: next, render: next }, asked: () => asked };
}

const fine: TopologyResult = { ok: true, objects: [{ kind: 'Placement' }] };
const failed = (reason: 'DeadlineExceeded' | 'OutOfMemory' | 'InvalidTemplate' | 'EngineFailed'): TopologyResult => ({
  ok: false,
  reason,
  violations: [],
});

describe('an engine that remembers', () => {
  it('evaluates the same input once, and another one again', async () => {
    const { engine, asked } = counting(fine);
    const remembering = rememberingEngine({ engine, size: 10, stoppedForMs: 1000, now: () => 0 });
    assert.deepEqual(await remembering.render('a', { x: 1 }, context), fine);
    assert.deepEqual(await remembering.render('a', { x: 1 }, context), fine);
    assert.equal(asked(), 1);
    await remembering.render('a', { x: 2 }, context);
    await remembering.check('a', { x: 1 });
    assert.equal(asked(), 3);
  });

  const rows = [
    { reason: 'InvalidTemplate', again: false, why: 'the same template stays wrong' },
    { reason: 'EngineFailed', again: true, why: 'what broke says nothing about the request' },
    { reason: 'DeadlineExceeded', again: false, why: 'an endless one would hold a worker each time' },
    { reason: 'OutOfMemory', again: false, why: 'so would a bomb' },
  ] as const;
  for (const { reason, again, why } of rows) {
    it(`${again ? 'asks again' : 'does not ask again'} after ${reason}: ${why}`, async () => {
      const { engine, asked } = counting(failed(reason), fine);
      const remembering = rememberingEngine({ engine, size: 10, stoppedForMs: 1000, now: () => 0 });
      await remembering.check('a', {});
      await remembering.check('a', {});
      assert.equal(asked(), again ? 2 : 1);
    });
  }

  it('tries what was stopped again after its time, because the machine may have been busy', async () => {
    const { engine, asked } = counting(failed('DeadlineExceeded'), fine);
    let time = 0;
    const remembering = rememberingEngine({ engine, size: 10, stoppedForMs: 1000, now: () => time });
    await remembering.check('a', {});
    time = 1000;
    assert.deepEqual(await remembering.check('a', {}), fine);
    assert.equal(asked(), 2);
  });

  it('evaluates again what is too big to be kept', async () => {
    const { engine, asked } = counting({ ok: true, objects: [{ text: 'x'.repeat(256 * 1024) }] });
    const remembering = rememberingEngine({ engine, size: 10, stoppedForMs: 1000, now: () => 0 });
    await remembering.render('a', {}, context);
    await remembering.render('a', {}, context);
    assert.equal(asked(), 2);
  });

  it('keeps no more text than it may, whatever the number of results', async () => {
    const { engine, asked } = counting({ ok: true, objects: [{ text: 'x'.repeat(400) }] });
    const remembering = rememberingEngine({ engine, size: 10, budget: 1000, stoppedForMs: 1000, now: () => 0 });
    for (const template of ['a', 'b', 'c']) await remembering.render(template, {}, context);
    await remembering.render('c', {}, context);
    assert.equal(asked(), 3, 'the newest is kept');
    await remembering.render('a', {}, context);
    assert.equal(asked(), 4, 'the oldest is not');
  });

  it('evaluates once for all who ask at the same time, and ends with none of them', async () => {
    const evaluation = Promise.withResolvers<TopologyResult>();
    let asked = 0;
    const evaluate = () => {
      asked += 1;
      return evaluation.promise;
    };
    const engine = { check: evaluate, render: evaluate };
    const remembering = rememberingEngine({ engine, size: 10, stoppedForMs: 1000, now: () => 0 });
    const impatient = new AbortController();
    const given = remembering.render('a', {}, context, impatient.signal);
    const patient = remembering.render('a', {}, context, new AbortController().signal);
    impatient.abort(new Error('too late'));
    await assert.rejects(given, /too late/);
    await assert.rejects(remembering.render('a', {}, context, impatient.signal), /too late/);
    evaluation.resolve(fine);
    assert.deepEqual(await patient, fine);
    assert.deepEqual(await remembering.render('a', {}, context), fine);
    assert.equal(asked, 1);
  });

  it('asks anew after an evaluation that broke off', async () => {
    let asked = 0;
    const evaluate = () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(fine);
    };
    const engine = { check: evaluate, render: evaluate };
    const remembering = rememberingEngine({ engine, size: 10, stoppedForMs: 1000, now: () => 0 });
    await assert.rejects(remembering.check('a', {}), /broken/);
    assert.deepEqual(await remembering.check('a', {}), fine);
  });
});
