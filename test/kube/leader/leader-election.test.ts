import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { createClient, type Client } from '../../../src/kube/client/client.ts';
import { ApiError, LostLeadership, ServerUnreachable } from '../../../src/kube/client/errors.ts';
import { guardWrites, LeaderElection, type LeaderElectionOptions } from '../../../src/kube/leader/leader-election.ts';
import type { Lease, LeaseSpec } from '../../../src/kube/leader/lease.ts';
import { configMaps, configMap } from '../../support/config-maps.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import {
  refuse,
  reply,
  type Reply,
  ScriptedApiServer,
  type ReceivedRequest,
  silence,
} from '../../support/scripted-api-server.ts';

const collection = '/apis/coordination.k8s.io/v1/namespaces/system/leases';
const one = `${collection}/lock`;

/** A server with a Lease: each write needs the resourceVersion of the previous one. */
class LeaseOnServer {
  lease: Lease | undefined;
  #version = 0;

  constructor(server: ScriptedApiServer) {
    server.on(`GET ${one}`, this.get).on(`POST ${collection}`, this.post).on(`PUT ${one}`, this.put);
  }

  readonly get: Reply = (response, seen) =>
    (this.lease === undefined ? refuse(404, 'NotFound') : reply(this.lease))(response, seen);

  readonly post: Reply = (response, seen) => {
    if (this.lease !== undefined) return refuse(409, 'AlreadyExists')(response, seen);
    return reply(this.store(leaseIn(seen)), 201)(response, seen);
  };

  readonly put: Reply = (response, seen) => {
    const sent = leaseIn(seen);
    if (sent.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
      return refuse(409, 'Conflict')(response, seen);
    return reply(this.store(sent))(response, seen);
  };

  store(lease: Pick<Lease, 'spec'>): Lease {
    const metadata = { namespace: 'system', name: 'lock', resourceVersion: String(++this.#version) };
    this.lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: lease.spec ?? {} };
    return this.lease;
  }

  get spec(): LeaseSpec {
    return this.lease?.spec ?? {};
  }
}

describe('LeaderElection', () => {
  let server: ScriptedApiServer;
  let stored: LeaseOnServer;
  let client: Client;
  let stops: AbortController[];
  let runs: Promise<void>[];

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
    stored = new LeaseOnServer(server);
    client = createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' });
    stops = [];
    runs = [];
  });
  afterEach(async () => {
    for (const stop of stops) stop.abort();
    await Promise.allSettled(runs);
    await server.stop();
  });

  /** A candidate with intervals that are fifty times shorter, and the signals of its terms as the leader. */
  const candidate = (
    identity: string,
    options: Partial<LeaderElectionOptions> = {},
    lead: (signal: AbortSignal) => Promise<void> = untilAborted,
  ) => {
    const stop = new AbortController();
    const terms: AbortSignal[] = [];
    const election = new LeaderElection({
      client,
      namespace: 'system',
      name: 'lock',
      identity,
      log: recordedLog().log,
      random: () => 0,
      leaseMs: 3000,
      renewDeadlineMs: 2000,
      retryMs: 40,
      ...options,
    });
    const run = election.run(stop.signal, (signal) => {
      terms.push(signal);
      return lead(signal);
    });
    run.catch(() => undefined);
    stops.push(stop);
    runs.push(run);
    return { election, stop, run, terms };
  };

  it('creates a missing Lease, and leads', async () => {
    const { election, terms } = candidate('one');
    assert.equal(election.isLeader(), false);
    assert.equal(election.holds(), false);
    await eventually('it leads', () => terms.length === 1);
    assert.equal(election.isLeader(), true);
    assert.equal(election.holds(), true);
    const { acquireTime, renewTime, ...rest } = stored.spec;
    assert.deepEqual(rest, { holderIdentity: 'one', leaseDurationSeconds: 3, leaseTransitions: 0 });
    assert.match(acquireTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.equal(acquireTime, renewTime);
  });

  it('renews without reading, and without changing acquireTime', async () => {
    candidate('one');
    await eventually('three renewals', () => server.calls(`PUT ${one}`).length === 3);
    assert.equal(server.calls(`GET ${one}`).length, 1);
    assert.ok((stored.spec.renewTime ?? '') > (stored.spec.acquireTime ?? ''));
  });

  it('releases the Lease when it is stopped, after its work has ended', async () => {
    let ended = false;
    const { stop, run, election } = candidate('one', {}, async (signal) => {
      await untilAborted(signal);
      assert.equal(stored.spec.holderIdentity, 'one');
      ended = true;
    });
    await eventually('it leads', () => election.isLeader());
    stop.abort();
    await run;
    assert.equal(ended, true);
    assert.equal(stored.spec.holderIdentity, '');
    assert.equal(election.isLeader(), false);
    assert.equal(election.holds(), false);
  });

  it('acquires a released Lease at once, and counts the transition', async () => {
    stored.store({ spec: { holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 4 } });
    const { terms } = candidate('two');
    await eventually('it leads', () => terms.length === 1);
    assert.equal(stored.spec.leaseTransitions, 5);
  });

  it('acquires its own Lease at once after a crash', async () => {
    stored.store({ spec: { holderIdentity: 'one', leaseDurationSeconds: 3600, leaseTransitions: 4 } });
    const { terms } = candidate('one');
    await eventually('it leads', () => terms.length === 1);
    assert.equal(stored.spec.leaseTransitions, 4);
  });

  it('waits until a Lease has not changed for its duration by the local clock, regardless of the times in it', async () => {
    let now = 0;
    const clock = { wall: () => 1_800_000_000_000 + now, monotonic: () => now };
    const renew = (renewTime: string) =>
      stored.store({ spec: { holderIdentity: 'other', leaseDurationSeconds: 15, renewTime } });
    renew('1999-01-01T00:00:00.000000Z');
    const { terms } = candidate('one', { clock });
    await moreReads(server, 2);
    now = 14_999;
    await moreReads(server, 2);
    renew('1999-01-01T00:00:02.000000Z');
    await moreReads(server, 2);
    now = 15_001 + 14_990;
    await moreReads(server, 2);
    assert.equal(terms.length, 0);
    now = 14_999 + 15_001;
    await eventually('it leads', () => terms.length === 1);
    assert.equal(stored.spec.holderIdentity, 'one');
  });

  it('lets one of two lead', async () => {
    const both = [candidate('one'), candidate('two')];
    await eventually('one leads', () => both.some(({ election }) => election.isLeader()));
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(both.filter(({ election }) => election.isLeader()).length, 1);
    const [leader, other] = both[0]?.election.isLeader() === true ? both : both.toReversed();
    leader?.stop.abort();
    await eventually('the other leads', () => other?.election.isLeader() === true);
  });

  it('survives a renewal that took effect but got no response', async () => {
    const { election, terms } = candidate('one');
    await eventually('it leads', () => election.isLeader());
    server.on(
      `PUT ${one}`,
      (response, seen) => {
        stored.store(leaseIn(seen));
        response.destroy();
      },
      stored.put,
    );
    const renewals = server.calls(`PUT ${one}`).length;
    await server.called(`PUT ${one}`, renewals + 4);
    assert.equal(terms[0]?.aborted, false);
  });

  it('creates the Lease again if it was deleted', async () => {
    const { election, terms } = candidate('one');
    await eventually('it leads', () => election.isLeader());
    stored.lease = undefined;
    server.on(`PUT ${one}`, refuse(404, 'NotFound'), stored.put);
    await eventually('it is back', () => stored.spec.holderIdentity === 'one');
    assert.equal(terms[0]?.aborted, false);
  });

  it('stops as soon as another process holds the Lease, and becomes a candidate again', async () => {
    const { election, terms } = candidate('one');
    await eventually('it leads', () => election.isLeader());
    stored.store({ spec: { holderIdentity: 'intruder', leaseDurationSeconds: 3600 } });
    await eventually('it stops', () => terms[0]?.aborted === true);
    await eventually('it does not hold the Lease', () => !election.holds() && !election.isLeader());
    assert.equal(stored.spec.holderIdentity, 'intruder');
    stored.store({ spec: { holderIdentity: '' } });
    await eventually('it leads again', () => terms.length === 2);
  });

  const troubles: [why: string, trouble: Reply][] = [
    ['refuses', refuse(500, 'InternalError')],
    ['hangs', silence],
    ['closes connections', (response) => void response.destroy()],
  ];
  for (const [why, trouble] of troubles) {
    it(`stops by its renew deadline while the server ${why}, and leads again afterwards`, async () => {
      const { election, terms } = candidate('one', { leaseMs: 300, renewDeadlineMs: 200 });
      await eventually('it leads', () => election.isLeader());
      server.on(`PUT ${one}`, trouble).on(`GET ${one}`, trouble);
      const start = performance.now();
      await eventually('it stops', () => terms[0]?.aborted === true);
      assert.ok(performance.now() - start < 1000, 'at the deadline');
      assert.equal(election.holds(), false);
      server.on(`PUT ${one}`, stored.put).on(`GET ${one}`, stored.get);
      await eventually('it leads again', () => terms.length === 2);
    });
  }

  it('does not hold the Lease any more once either of its clocks is past the deadline', async () => {
    const time = { wall: 1_800_000_000_000, monotonic: 0 };
    const clock = { wall: () => time.wall, monotonic: () => time.monotonic };
    const { election } = candidate('one', { clock, sleep: untilAbortedSleep, leaseMs: 300, renewDeadlineMs: 200 });
    await eventually('it leads', () => election.isLeader());
    time.wall += 199;
    time.monotonic += 199;
    assert.equal(election.holds(), true);
    time.wall -= 3_600_000;
    assert.equal(election.holds(), true, 'a wall clock that is set back adds no time');
    time.monotonic += 1;
    assert.equal(election.holds(), false);
    time.monotonic -= 1;
    time.wall += 3_600_001;
    assert.equal(election.holds(), false, 'the machine may have slept');
  });

  it('ends with the result or the error of its work, and releases the Lease', async () => {
    const done = candidate('one', {}, async () => undefined);
    await done.run;
    assert.equal(stored.spec.holderIdentity, '');
    const failed = candidate('two', {}, async () => {
      throw new Error('the work failed');
    });
    await assert.rejects(failed.run, /the work failed/);
    assert.equal(stored.spec.holderIdentity, '');
  });

  it('rejects durations without a gap between deadline and expiry', () => {
    const options = { client, namespace: 'system', name: 'lock', identity: 'one', log: recordedLog().log };
    assert.throws(() => new LeaderElection({ ...options, leaseMs: 10_000, renewDeadlineMs: 10_000 }));
    assert.throws(() => new LeaderElection({ ...options, retryMs: 10_000 }));
  });
});

describe('guardWrites', () => {
  let server: ScriptedApiServer;
  let client: Client;
  let holds: boolean;

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
    holds = true;
    const config = await server.kubeConfig();
    client = guardWrites(createClient(config, { log: recordedLog().log, userAgent: 'mooring/test' }), () => holds);
  });
  afterEach(() => server.stop());

  it('sends no write after the deadline, but still reads', async () => {
    holds = false;
    const object = configMap('a');
    const key = { namespace: 'default', name: 'a' };
    const body: JsonObject = {};
    const writes: [verb: string, write: () => Promise<unknown>][] = [
      ['create', () => client.create(configMaps, object)],
      ['replace', () => client.replace(configMaps, object)],
      ['apply', () => client.apply(configMaps, object, { fieldManager: 'me' })],
      ['patch', () => client.patch(configMaps, key, body)],
      ['delete', () => client.delete(configMaps, key)],
      ['raw', () => client.raw('POST', '/any', body)],
    ];
    for (const [verb, write] of writes) await assert.rejects(write, LostLeadership, verb);
    assert.equal(server.seen.length, 0);
    server.on('GET /api/v1/namespaces/default/configmaps/a', reply(object)).on('GET /readyz', reply('ok'));
    await client.get(configMaps, key);
    await client.raw('GET', '/readyz');
  });

  it('does not retry a write after the deadline', async () => {
    server.on('PUT /api/v1/namespaces/default/configmaps/a', (response, seen) => {
      holds = false;
      return refuse(429, 'TooManyRequests', 'busy', { 'Retry-After': '0' })(response, seen);
    });
    await assert.rejects(client.replace(configMaps, configMap('a')), LostLeadership);
    assert.equal(server.seen.length, 1);
  });

  it('returns the response of the server while the Lease is held', async () => {
    await assert.rejects(client.create(configMaps, configMap('a')), ApiError);
    await server.stop();
    await assert.rejects(client.create(configMaps, configMap('a')), ServerUnreachable);
  });
});

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

function untilAbortedSleep(_ms: number, signal?: AbortSignal): Promise<void> {
  return signal === undefined ? Promise.resolve() : untilAborted(signal);
}

function leaseIn(seen: ReceivedRequest): Lease {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the requests of the election have this form
  return seen.body as Lease;
}

async function moreReads(server: ScriptedApiServer, count: number): Promise<void> {
  const call = `GET ${one}`;
  await server.called(call, server.calls(call).length + count);
}
