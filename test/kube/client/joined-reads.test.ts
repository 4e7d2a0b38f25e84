import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { environments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { joinReads } from '../../../src/kube/client/joined-reads.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const key = (name: string) => ({ namespace: 'team', name });
const labelled = (name: string, value: string): KubeObject => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Environment',
  metadata: { namespace: 'team', name, labels: { value } },
});
const valueOf = ({ metadata }: KubeObject) => metadata.labels?.['value'];

/** An API server whose responses wait until they are released, in the order of the requests; they have the state at the request. */
function slowServer() {
  const memory = createMemoryClient(['a', 'b'].map((name) => [environments, labelled(name, '1')]));
  const waiting: (() => void)[] = [];
  const reads: string[] = [];
  const delayed = async <T>(what: string, read: () => Promise<T>): Promise<T> => {
    reads.push(what);
    const result = read();
    result.catch(() => undefined);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return result;
  };
  const slow: Client = {
    ...memory,
    get: (resource, given, options) => delayed(`get ${given.name}`, () => memory.get(resource, given, options)),
    list: (resource, options) => delayed('list', () => memory.list(resource, options)),
  };
  return {
    client: joinReads(slow),
    reads,
    write: (name: string, value: string) => memory.patch(environments, key(name), { metadata: { labels: { value } } }),
    release: async () => {
      waiting.shift()?.();
      await sleep(1);
    },
  };
}

describe('joined reads', () => {
  it('are not those of different versions of a kind', async () => {
    const { client, reads, release } = slowServer();
    const all = [environments, { ...environments, version: 'v9' }].flatMap((resource) => [
      client.get(resource, key('a')),
      client.list(resource),
    ]);
    assert.deepEqual(reads, ['get a', 'list', 'get a', 'list']);
    for (const _ of all) await release();
    await Promise.allSettled(all);
  });

  it('give calls that came while a read was under way the result of the next one', async () => {
    const { client, reads, write, release } = slowServer();
    const first = client.get(environments, key('a'));
    await write('a', '2');
    const later = [client.get(environments, key('a')), client.get(environments, key('a'))];
    await write('a', '3');
    assert.deepEqual(reads, ['get a']);
    await release();
    assert.equal(valueOf(await first), '1');
    const last = client.get(environments, key('a'));
    await write('a', '4');
    await release();
    assert.deepEqual((await Promise.all(later)).map(valueOf), ['3', '3']);
    await release();
    assert.equal(valueOf(await last), '4', 'the second read had begun before this call');
    assert.equal(reads.length, 3);
  });

  it('are never older than the call, in any order of calls, writes and responses', async () => {
    const { client, write, release } = slowServer();
    const checks: Promise<void>[] = [];
    let written = 1;
    let seed = 7;
    for (let step = 0; step < 200; step++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const choice = seed % 5;
      if (choice === 0) await write('a', String(++written));
      else if (choice === 1) await release();
      else {
        const atCall = written;
        checks.push(client.get(environments, key('a')).then((found) => assert.ok(Number(valueOf(found)) >= atCall)));
      }
    }
    // Each call waits for at most two reads.
    for (let count = 0; count < 2 * checks.length; count++) await release();
    await Promise.all(checks);
  });

  it('are separate for other objects, options and lists', async () => {
    const { client, reads, release } = slowServer();
    const calls = [
      client.get(environments, key('a')),
      client.get(environments, key('b')),
      client.get(environments, key('a'), { metadataOnly: true }),
      client.list(environments, { namespace: 'team' }),
      client.list(environments, { namespace: 'other' }),
    ];
    assert.deepEqual(reads, ['get a', 'get b', 'get a', 'list', 'list']);
    const joined = client.list(environments, { namespace: 'team' });
    for (let count = 0; count < 6; count++) await release();
    await Promise.all([...calls, joined]);
    assert.equal(reads.length, 6);
  });

  it('share an error, and the next call reads again', async () => {
    const { client, reads, release } = slowServer();
    const first = client.get(environments, key('missing'));
    const both = [client.get(environments, key('missing')), client.get(environments, key('missing'))];
    const outcomes = Promise.allSettled([first, ...both]);
    await release();
    await release();
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    const again = client.get(environments, key('missing'));
    await release();
    await assert.rejects(again, { code: 404 });
    assert.equal(reads.length, 3);
  });

  it('do not wait long for a read that gets no response', async () => {
    const { client, reads, release } = slowServer();
    const stuck = client.get(environments, key('a'));
    const next = client.get(environments, key('a'));
    await sleep(30);
    assert.equal(reads.length, 2);
    await release();
    await release();
    await Promise.all([stuck, next]);
  });

  it('end for a call that is aborted, and go on for the others', async () => {
    const { client, reads, release } = slowServer();
    const stopping = new AbortController();
    const first = client.get(environments, key('a'), { signal: stopping.signal });
    const aborted = client.get(environments, key('a'), { signal: stopping.signal });
    const other = client.get(environments, key('a'));
    const rejected = Promise.all([assert.rejects(first, /too late/), assert.rejects(aborted, /too late/)]);
    stopping.abort(new Error('too late'));
    await rejected;
    await release();
    await release();
    assert.equal(valueOf(await other), '1');
    assert.equal(reads.length, 2);
    await assert.rejects(client.get(environments, key('b'), { signal: stopping.signal }), /too late/);
  });

  it('do not end for a call because earlier calls were aborted', async () => {
    const { client, release } = slowServer();
    const stopping = new AbortController();
    const first = client.get(environments, key('a'));
    const aborted = client.get(environments, key('a'), { signal: stopping.signal });
    stopping.abort(new Error('too late'));
    await assert.rejects(aborted, /too late/);
    const later = client.get(environments, key('a'));
    for (let count = 0; count < 3; count++) await release();
    assert.deepEqual((await Promise.all([first, later])).map(valueOf), ['1', '1']);
  });

  it('are aborted when all of their calls are', async () => {
    const signals: AbortSignal[] = [];
    const memory = createMemoryClient();
    const hanging = ({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<never> => {
      if (signal !== undefined) signals.push(signal);
      return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    };
    const client = joinReads({ ...memory, get: (_resource, _key, options) => hanging(options) });
    const [one, two] = [new AbortController(), new AbortController()];
    const first = client.get(environments, key('a'), { signal: one.signal });
    const second = client.get(environments, key('a'), { signal: one.signal });
    const third = client.get(environments, key('a'), { signal: two.signal });
    const outcomes = Promise.allSettled([first, second, third]);
    await sleep(30);
    one.abort();
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
      'another call still waits for the second read',
    );
    two.abort();
    await outcomes;
    assert.equal(signals[1]?.aborted, true);
  });
});
