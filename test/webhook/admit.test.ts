import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../src/api/object.ts';
import type { AdmissionSample } from '../../src/metrics/admission.ts';
import { ApiError, ServerUnreachable } from '../../src/kube/client/errors.ts';
import { admit, type Decide } from '../../src/webhook/admit.ts';
import { Deadline } from '../../src/webhook/deadline.ts';
import { isDeeperThan } from '../../src/domain/json/nesting.ts';
import { readReview, type AdmissionRequest } from '../../src/webhook/review/review.ts';
import { admissionReview, decision, deepReview, parseAnswer } from '../support/admission-review.ts';
import { recordedLog } from '../support/recorded-log.ts';

const refusing: Decide = async () =>
  decision({
    refusal: { status: 403, reason: 'Forbidden', message: 'no' },
    violations: [{ code: 'InUse', severity: 'deny', path: '', message: 'no' }],
  });

/** An object that contains itself, which JSON cannot express. */
const endless: JsonObject = {};
endless.self = endless;

/** Admits one review with a clock that advances by 5 ms at each read. */
async function run(body: JsonObject | string, decide: Decide, deadlineMs = 1000) {
  const { log, lines } = recordedLog();
  const samples: AdmissionSample[] = [];
  const metrics = { recordDecision: (sample: AdmissionSample) => void samples.push(sample) };
  let time = 0;
  const review = readReview(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  const deadline = new Deadline(deadlineMs);
  const text = await admit(review, decide, { deadline, deadlineMs }, { log, metrics, now: () => (time += 5) });
  deadline.end();
  return { response: parseAnswer(text).response, samples, lines };
}

describe('admit', () => {
  it('responds with the decision, and logs an admission at level debug only', async () => {
    const { response, samples, lines } = await run(admissionReview(), async () => decision());
    assert.deepEqual(response, { uid: 'uid-1', allowed: true });
    assert.deepEqual(samples, [
      { kind: 'Environment', operation: 'CREATE', decision: 'allow', rules: [], seconds: 0.005 },
    ]);
    assert.deepEqual(
      lines.map((line) => line.level),
      ['debug'],
    );
  });

  it('logs one line per denial with the user, the object and the rules', async () => {
    const { response, samples, lines } = await run(admissionReview(), refusing);
    assert.equal(response.allowed, false);
    assert.deepEqual(
      samples.map((sample) => [sample.decision, sample.rules]),
      [['deny', ['InUse']]],
    );
    assert.deepEqual(lines, [
      {
        level: 'info',
        message: 'refused',
        fields: {
          uid: 'uid-1',
          operation: 'CREATE',
          kind: 'Environment',
          namespace: 'default',
          name: 'primary',
          user: 'jane',
          dryRun: false,
          rules: ['InUse'],
          status: 403,
        },
      },
    ]);
  });

  const failures: [decide: Decide, code: number, why: string][] = [
    [() => Promise.reject(new Error('secret')), 500, 'the decision fails'],
    [
      () => {
        throw new Error('secret');
      },
      500,
      'the decision fails at once',
    ],
    [
      () => Promise.reject(new ApiError('secret', { code: 404, reason: 'NotFound' })),
      503,
      'the API server cannot be read',
    ],
    [() => Promise.reject(new ServerUnreachable('secret')), 503, 'the API server does not respond'],
    [() => Promise.reject({}), 500, 'what is thrown is no error'],
    [() => new Promise(() => {}), 504, 'the decision never comes'],
    [
      async () => decision({ patch: [{ op: 'add', path: '/spec', value: endless }] }),
      500,
      'the decision cannot be written',
    ],
  ];
  for (const [decide, code, why] of failures) {
    it(`denies with ${code} and gives the uid for the log when ${why}`, async () => {
      const { response, samples, lines } = await run(admissionReview({ uid: 'u-42' }), decide, 20);
      assert.equal(response.allowed, false);
      assert.equal(response.status?.code, code);
      assert.match(response.status?.message ?? '', /u-42/);
      assert.doesNotMatch(response.status?.message ?? '', /secret/);
      assert.equal(samples[0]?.decision, 'error');
      assert.deepEqual(
        lines.map((line) => [line.level, line.fields.uid]),
        [['error', 'u-42']],
      );
    });
  }

  it('aborts the signal of the decision at the deadline', async () => {
    let signal: AbortSignal | undefined;
    await run(admissionReview(), (_, given) => new Promise(() => void (signal = given)), 10);
    assert.equal(signal?.aborted, true);
  });

  for (const levels of [201, 20_000, 1_000_000]) {
    it(`denies ${levels} levels without a decision`, async () => {
      const { response, samples } = await run(deepReview(levels), () => assert.fail('asked'));
      assert.equal(response.uid, 'uid-1');
      assert.equal(response.status?.code, 422);
      assert.deepEqual(samples[0]?.rules, ['InvalidSpec']);
    });
  }

  it('accepts 200 levels', async () => {
    const { response } = await run(deepReview(200), async () => decision());
    assert.equal(response.allowed, true);
  });

  it('cuts an old object that is too deep, so that it can be edited or deleted', async () => {
    let asked: AdmissionRequest | undefined;
    const { response } = await run(deepReview(20_000, 'oldObject', 'DELETE'), async (request) => {
      asked = request;
      return decision();
    });
    assert.equal(response.allowed, true);
    assert.equal(isDeeperThan(asked?.oldObject, 200), false);
    assert.equal(asked?.name, 'primary');
  });

  it('does not use unknown kinds as metric labels', async () => {
    for (const kind of [
      { group: 'spectrocloud.com', version: 'v1beta1', kind: 'Nonsense' },
      { group: 'example.com', version: 'v1beta1', kind: 'Environment' },
    ]) {
      const { samples } = await run(admissionReview({ kind }), async () => decision());
      assert.equal(samples[0]?.kind, 'unknown');
    }
  });
});
