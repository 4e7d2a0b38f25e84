import assert from 'node:assert/strict';
import type { TopologyContext } from '../../src/api/topology-context.ts';
import { createCachingEngine, type CachingEngineOptions } from '../../src/topology/caching-engine.ts';
import type { TopologyResult } from '../../src/topology/topology-result.ts';

const context: TopologyContext = {
  name: 'w',
  workloadName: 'w',
  namespace: 'web',
  deployment: { namespace: 'team-a', name: 'd' },
  appName: 'd',
  appRevision: 'd-v2',
  appRevisionNum: 2,
  appLabels: {},
  appAnnotations: {},
  components: [],
  environment: 'e',
  workloadYamls: [],
};

/** An engine that returns the results one after the other, and counts its evaluations. */
function countingEngine(...results: TopologyResult[]) {
  let evaluations = 0;
  const next = () => {
    const result = results[Math.min(evaluations, results.length - 1)];
    evaluations += 1;
    return result === undefined ? Promise.reject(new Error('no result')) : Promise.resolve(result);
  };
  return { engine: { check: next, render: next }, evaluations: () => evaluations };
}

const success: TopologyResult = { ok: true, objects: [{ kind: 'Placement' }] };
const failure = (reason: 'DeadlineExceeded' | 'OutOfMemory' | 'InvalidTemplate' | 'EngineFailed'): TopologyResult => ({
  ok: false,
  reason,
  violations: [],
});

const cachingEngine = (options: Pick<CachingEngineOptions, 'engine'> & Partial<CachingEngineOptions>) =>
  createCachingEngine({ maxResults: 10, retryStoppedAfterMs: 1000, now: () => 0, ...options });

describe('an engine that caches results', () => {
  it('evaluates the same input once, and another input separately', async () => {
    const { engine, evaluations } = countingEngine(success);
    const caching = cachingEngine({ engine });
    assert.deepEqual(await caching.render('a', { x: 1 }, context), success);
    assert.deepEqual(await caching.render('a', { x: 1 }, context), success);
    assert.equal(evaluations(), 1);
    await caching.render('a', { x: 2 }, context);
    await caching.check('a', { x: 1 });
    assert.equal(evaluations(), 3);
  });

  const rows = [
    { reason: 'InvalidTemplate', again: false, why: 'the same template fails again' },
    { reason: 'EngineFailed', again: true, why: 'a failure of the engine does not depend on the request' },
    { reason: 'DeadlineExceeded', again: false, why: 'an endless evaluation would block a worker each time' },
    { reason: 'OutOfMemory', again: false, why: 'an evaluation that needs too much memory would block a worker too' },
  ] as const;
  for (const { reason, again, why } of rows) {
    it(`${again ? 'evaluates again' : 'does not evaluate again'} after ${reason}: ${why}`, async () => {
      const { engine, evaluations } = countingEngine(failure(reason), success);
      const caching = cachingEngine({ engine });
      await caching.check('a', {});
      await caching.check('a', {});
      assert.equal(evaluations(), again ? 2 : 1);
    });
  }

  it('tries a stopped evaluation again after a while, because the machine may have been busy', async () => {
    const { engine, evaluations } = countingEngine(failure('DeadlineExceeded'), success);
    let time = 0;
    const caching = cachingEngine({ engine, now: () => time });
    await caching.check('a', {});
    time = 1000;
    assert.deepEqual(await caching.check('a', {}), success);
    assert.equal(evaluations(), 2);
  });

  it('does not cache a result that is too long', async () => {
    const { engine, evaluations } = countingEngine({ ok: true, objects: [{ text: 'x'.repeat(256 * 1024) }] });
    const caching = cachingEngine({ engine });
    await caching.render('a', {}, context);
    await caching.render('a', {}, context);
    assert.equal(evaluations(), 2);
  });

  it('drops the result that was not used for the longest time', async () => {
    const { engine, evaluations } = countingEngine(success);
    const caching = cachingEngine({ engine, maxResults: 2 });
    for (const template of ['a', 'b', 'a', 'c']) await caching.render(template, {}, context);
    assert.equal(evaluations(), 3);
    await caching.render('a', {}, context);
    assert.equal(evaluations(), 3, 'it was used after b');
    await caching.render('b', {}, context);
    assert.equal(evaluations(), 4);
  });

  it('limits the total length of cached results', async () => {
    const { engine, evaluations } = countingEngine({ ok: true, objects: [{ text: 'x'.repeat(400) }] });
    const caching = cachingEngine({ engine, maxTotalBytes: 1000 });
    for (const template of ['a', 'b', 'c']) await caching.render(template, {}, context);
    await caching.render('c', {}, context);
    assert.equal(evaluations(), 3, 'the newest is cached');
    await caching.render('a', {}, context);
    assert.equal(evaluations(), 4, 'the oldest is not');
  });

  it('caches a failure longer each time that the same evaluation is stopped again, and starts over after a success', async () => {
    let time = 0;
    const stopped = failure('DeadlineExceeded');
    const { engine, evaluations } = countingEngine(stopped, stopped, stopped, stopped, success);
    const caching = cachingEngine({ engine, longestRetryMs: 4000, now: () => time });
    for (const [index, ms] of [1000, 2000, 4000, 4000].entries()) {
      await caching.check('a', {});
      assert.equal(evaluations(), index + 1);
      time += ms - 1;
      await caching.check('a', {});
      assert.equal(evaluations(), index + 1, `${ms} ms`);
      time += 1;
    }
    assert.deepEqual(await caching.check('a', {}), success);
  });

  it('counts how often in a row an evaluation was stopped, and not how often its failure was read from the cache', async () => {
    let time = 0;
    const stopped = failure('DeadlineExceeded');
    const { engine } = countingEngine(stopped, stopped, success, stopped);
    const caching = cachingEngine({ engine, maxTotalBytes: 1000, now: () => time });
    const times = [];
    for (let count = 0; count < 4; count += 1) {
      const result = await caching.render('a', {}, context);
      times.push(result.ok ? 'success' : result.timesStopped);
      time += 500;
    }
    assert.deepEqual(times, [1, 1, 2, 2]);
    time += 1000;
    assert.deepEqual(await caching.render('a', {}, context), success);
    assert.deepEqual(await caching.render('b', {}, context), { ...stopped, timesStopped: 1 }, 'another evaluation');
  });

  it('passes the namespace on, and does not let one namespace wait for the evaluation of another', async () => {
    const namespaces: unknown[] = [];
    const evaluate = (namespace: string | undefined): Promise<TopologyResult> => {
      namespaces.push(namespace);
      return namespace === 'tenant' ? new Promise(() => {}) : Promise.resolve(success);
    };
    const engine: CachingEngineOptions['engine'] = {
      check: (_template, _parameter, options) => evaluate(options?.namespace),
      render: (_template, _parameter, _context, options) => evaluate(options?.namespace),
    };
    const caching = cachingEngine({ engine });
    void caching.check('a', {}, { namespace: 'tenant' });
    assert.deepEqual(await caching.check('a', {}, { namespace: 'victim' }), success);
    assert.deepEqual(await caching.render('a', {}, context, { namespace: 'other' }), success);
    assert.deepEqual(namespaces, ['tenant', 'victim', 'other']);
  });

  it('evaluates once for simultaneous callers, and continues if one of them aborts', async () => {
    const evaluation = Promise.withResolvers<TopologyResult>();
    let evaluations = 0;
    const evaluate = () => {
      evaluations += 1;
      return evaluation.promise;
    };
    const engine = { check: evaluate, render: evaluate };
    const caching = cachingEngine({ engine });
    const aborted = new AbortController();
    const rejected = caching.render('a', {}, context, { signal: aborted.signal });
    const waiting = caching.render('a', {}, context, { signal: new AbortController().signal });
    aborted.abort(new Error('too late'));
    await assert.rejects(rejected, /too late/);
    await assert.rejects(caching.render('a', {}, context, { signal: aborted.signal }), /too late/);
    evaluation.resolve(success);
    assert.deepEqual(await waiting, success);
    assert.deepEqual(await caching.render('a', {}, context), success);
    assert.equal(evaluations, 1);
  });

  it('evaluates again after an evaluation that threw', async () => {
    let evaluations = 0;
    const evaluate = () => {
      evaluations += 1;
      return evaluations === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(success);
    };
    const engine = { check: evaluate, render: evaluate };
    const caching = cachingEngine({ engine });
    await assert.rejects(caching.check('a', {}), /broken/);
    assert.deepEqual(await caching.check('a', {}), success);
  });
});

describe('results that several contexts share', () => {
  const reads = (...contextFields: string[]): TopologyResult => ({ ...success, contextFields });
  const named = (environment: string) => ({ ...context, environment });

  it('are evaluated once if the contexts differ only in fields that the template does not read', async () => {
    const { engine, evaluations } = countingEngine(reads('name', 'namespace'));
    const caching = cachingEngine({ engine });
    for (const name of ['a', 'b', 'c']) assert.deepEqual(await caching.render('t', {}, named(name)), success);
    assert.equal(evaluations(), 1);
    await caching.render('t', {}, { ...context, namespace: 'other' });
    assert.equal(evaluations(), 2);
    await caching.render('t', { x: 1 }, context);
    assert.equal(evaluations(), 3);
    await caching.render('another', {}, context);
    assert.equal(evaluations(), 4);
  });

  it('do not exist while it is not known what a template reads', async () => {
    const { engine, evaluations } = countingEngine(success);
    const caching = cachingEngine({ engine });
    for (const name of ['a', 'b', 'a']) await caching.render('t', {}, named(name));
    assert.equal(evaluations(), 2);
  });

  it('include fields that a context lacks', async () => {
    const { engine, evaluations } = countingEngine(reads('name', 'quux'));
    const caching = cachingEngine({ engine });
    for (const name of ['a', 'b']) await caching.render('t', {}, named(name));
    assert.equal(evaluations(), 1);
  });
});

describe('a check with a context', () => {
  const violations = [{ path: ['a'], message: 'why' }];
  const fails = (reason: 'InvalidParameter' | 'InvalidTemplate', isChecked = false): TopologyResult => ({
    ok: false,
    reason,
    violations,
    ...(isChecked ? { isChecked } : {}),
  });

  const rows: { why: string; rendered: TopologyResult; checked: TopologyResult }[] = [
    { why: 'a success', rendered: success, checked: { ok: true, objects: [] } },
    { why: 'invalid properties', rendered: fails('InvalidParameter'), checked: fails('InvalidParameter') },
    { why: 'a template that does not compile', rendered: fails('InvalidTemplate'), checked: fails('InvalidTemplate') },
    { why: 'an invalid output', rendered: fails('InvalidTemplate', true), checked: { ok: true, objects: [] } },
  ];
  for (const { why, rendered, checked } of rows) {
    it(`is read from the render with that context: ${why}`, async () => {
      const { engine, evaluations } = countingEngine(rendered);
      const caching = cachingEngine({ engine });
      for (let count = 0; count < 2; count += 1) assert.deepEqual(await caching.check('t', {}, { context }), checked);
      assert.deepEqual(await caching.render('t', {}, context), rendered);
      assert.deepEqual(await caching.check('t', {}, { context }), checked);
      assert.equal(evaluations(), 1);
    });
  }

  it('does not follow a stopped render, for which a request has no time, but is a check of its own the next time', async () => {
    const stopped = failure('DeadlineExceeded');
    const { engine, evaluations } = countingEngine(stopped, { ok: true, objects: [] });
    const caching = cachingEngine({ engine });
    assert.deepEqual(await caching.check('t', {}, { context }), { ...stopped, timesStopped: 1 });
    assert.equal(evaluations(), 1);
    for (let count = 0; count < 2; count += 1) {
      assert.deepEqual(await caching.check('t', {}, { context }), { ok: true, objects: [] });
    }
    assert.equal(evaluations(), 2);
  });

  it('is cached even if the render is too long for the cache', async () => {
    const { engine, evaluations } = countingEngine({ ok: true, objects: [{ text: 'x'.repeat(256 * 1024) }] });
    const caching = cachingEngine({ engine });
    for (let count = 0; count < 2; count += 1) await caching.check('t', {}, { context });
    assert.equal(evaluations(), 1);
  });
});
