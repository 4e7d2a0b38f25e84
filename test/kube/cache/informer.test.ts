import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createClient } from '../../../src/kube/client/client.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { type Change, Informer, type InformerOptions } from '../../../src/kube/cache/informer.ts';
import { configMaps, configMap, type ConfigMap } from '../../support/config-maps.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import {
  type OpenWatch,
  page,
  refuse,
  reply,
  replyText,
  type Reply,
  reset,
  ScriptedApiServer,
  statusOf,
  watching,
} from '../../support/scripted-api-server.ts';

const list = 'GET /api/v1/configmaps';
const watch = 'WATCH /api/v1/configmaps';

describe('informer', () => {
  let server: ScriptedApiServer;
  let stop: AbortController;
  let running: Promise<void> | undefined;
  let changes: Change<ConfigMap>[];
  let waits: number[];
  let record: ReturnType<typeof recordedLog>;

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
    stop = new AbortController();
    running = undefined;
    changes = [];
    waits = [];
    record = recordedLog();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await server.stop();
  });

  const start = async (options: Partial<InformerOptions<ConfigMap>> = {}) => {
    const client = createClient(await server.kubeConfig(), { log: record.log, userAgent: 'mooring/test' });
    const informer = new Informer<ConfigMap>({
      client,
      resource: configMaps,
      log: record.log,
      onChange: (change) => void changes.push(change),
      // Waits are recorded and shortened, so that the event loop runs.
      sleep: async (ms) => {
        waits.push(ms);
        await new Promise((resolve) => setTimeout(resolve, 2));
      },
      random: () => 0,
      ...options,
    });
    running = informer.run(stop.signal);
    return informer;
  };
  const lists = () => server.calls(list).map(({ query }) => (query['limit'] === '1' ? 'one' : 'all'));
  const changesSoFar = () => changes.map(({ type, object }) => `${type} ${object.metadata.name}`);
  const changed = async (what: string) => eventually(what, () => changesSoFar().includes(what));

  it('lists, then watches from the version of the list', async () => {
    let open: OpenWatch | undefined;
    server.on(list, page([configMap('a')])).on(
      watch,
      watching((opened) => void (open = opened)),
    );
    const informer = await start();
    assert.equal(informer.hasSynced(), false);
    await informer.synced;
    assert.equal(informer.hasSynced(), true);
    assert.equal((await server.called(watch)).query['resourceVersion'], '10');
    await eventually('the watch is open', () => open !== undefined);
    open
      ?.event('ADDED', configMap('b', '11'))
      .event('MODIFIED', configMap('a', '12'))
      .event('DELETED', configMap('b', '13'));
    await changed('deleted b');
    assert.deepEqual(changesSoFar(), ['added a', 'added b', 'modified a', 'deleted b']);
    assert.equal(changes[2]?.previous?.metadata.resourceVersion, '1');
    assert.deepEqual(
      informer.list().map(({ metadata }) => metadata.resourceVersion),
      ['12'],
    );
    assert.equal(informer.get('default', 'a')?.metadata.resourceVersion, '12');
  });

  it('resumes at the last event or bookmark after a watch ended or failed', async () => {
    server.on(list, page([]), page([], { resourceVersion: '30' })).on(
      watch,
      watching((open) => open.event('ADDED', configMap('a', '11')).bookmark('15').end()),
      watching((open) => open.event('ADDED', configMap('b', '17')).reset()),
      refuse(429, 'TooManyRequests'),
      refuse(429, 'TooManyRequests'),
      watching(),
    );
    await start();
    await server.called(watch, 5);
    const versions = server.calls(watch).map(({ query }) => query['resourceVersion']);
    assert.deepEqual(versions, ['10', '15', '17', '17', '17']);
    assert.deepEqual(lists(), ['all', 'one'], 'after the broken connection, one object shows that nothing went back');
  });

  const tooOld: [why: string, reply: Reply][] = [
    ['as an ERROR event', watching((open) => void open.event('ERROR', statusOf(410, 'Expired')))],
    ['as an HTTP status', refuse(410, 'Expired')],
    [
      'reported by a line that cannot be parsed, which may hide any change',
      watching((open) => void open.send('{"typ\n')),
    ],
  ];
  for (const [why, scripted] of tooOld) {
    it(`lists again when the resourceVersion of the watch is too old, ${why}, and removes what was deleted`, async () => {
      server
        .on(list, page([configMap('a'), configMap('b')]), page([configMap('b', '19')], { resourceVersion: '20' }))
        .on(watch, scripted, watching());
      const informer = await start();
      await server.called(watch, 2);
      assert.deepEqual(changesSoFar(), ['added a', 'added b', 'deleted a', 'modified b']);
      assert.equal(server.calls(watch)[1]?.query['resourceVersion'], '20');
      assert.equal(informer.list().length, 1);
    });
  }

  it('lists at once after a 410 that ends an outage, and backs off if that returns 410 too', async () => {
    server.on(list, page([])).on(watch, reset, refuse(410, 'Expired'), refuse(410, 'Expired'), watching());
    await start();
    await server.called(watch, 4);
    assert.deepEqual(waits, [800, 3200]);
  });

  it('reports no change for an object that a new list shows unchanged', async () => {
    server.on(list, page([configMap('a')])).on(watch, refuse(410, 'Expired'), watching());
    await start();
    await server.called(watch, 2);
    assert.deepEqual(changesSoFar(), ['added a']);
  });

  it('treats an object with another uid as a new one', async () => {
    server.on(list, page([configMap('a', '1')])).on(
      watch,
      watching((open) => void open.event('MODIFIED', configMap('a', '12', { uid: 'another' }))),
    );
    await start();
    await eventually('three changes', () => changes.length === 3);
    assert.deepEqual(changesSoFar(), ['added a', 'deleted a', 'added a']);
    assert.equal(changes[1]?.object.metadata.uid, 'uid-of-a');
  });

  it('backs off from 0.8 s to 30 s while lists fail, then starts again', async () => {
    server.on(list, ...Array.from({ length: 8 }, () => refuse(503, 'ServiceUnavailable')), page([])).on(
      watch,
      watching((open) => open.bookmark('11').reset()),
      watching(),
    );
    await start();
    await server.called(watch, 2);
    assert.deepEqual(waits, [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 800]);
  });

  it('backs off when the server ends every watch at once', async () => {
    server.on(list, page([])).on(
      watch,
      watching((open) => open.end()),
    );
    await start();
    await server.called(watch, 4);
    assert.deepEqual(waits.slice(0, 3), [800, 1600, 3200]);
  });

  for (const [what, failure] of [
    ['responses', refuse(504, 'Timeout', 'Too large resource version')],
    ['connections', reset],
  ] as const) {
    it(`lists again after two consecutive broken ${what}, because etcd may have been restored meanwhile`, async () => {
      server.on(list, page([]), failure, page([], { resourceVersion: '20' })).on(watch, failure, watching());
      await start();
      await server.called(watch, 2);
      assert.deepEqual(lists(), ['all', 'one', 'all']);
    });
  }

  it('lists again after a watch without any event, because its resourceVersion may not exist', async () => {
    server.on(list, page([])).on(
      watch,
      watching((open) => open.end()),
      watching(),
    );
    await start();
    await server.called(watch, 2);
    assert.equal(server.calls(list).length, 2);
  });

  it('lists again when a watch falls silent, with a new connection', async () => {
    server.on(list, page([configMap('a')]), page([configMap('b', '20')], { resourceVersion: '20' })).on(
      watch,
      watching((open) => void open.bookmark('11')),
      watching(),
    );
    await start({ silenceMs: 60 });
    await server.called(watch, 2);
    await (
      await server.called(watch)
    ).closed;
    assert.deepEqual(changesSoFar(), ['added a', 'deleted a', 'added b']);
  });

  it('lists again if its watches are cut before each bookmark, for longer than it may be silent', async () => {
    let now = 0;
    server.on(list, page([])).on(watch, async (response) => {
      now += 100_000;
      await resetSoon(response);
    });
    await start({ now: () => now });
    await server.called(list, 3);
    assert.deepEqual(lists(), ['all', 'one', 'all']);
    assert.equal(server.calls(watch).length, 2);
  });

  it('keeps a watch that gets bookmarks', async () => {
    server.on(list, page([])).on(
      watch,
      watching(async (open) => {
        for (let version = 11; version < 20; version += 1) {
          open.bookmark(String(version));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    );
    await start({ silenceMs: 100 });
    // The request counts once the script is finished, after more than the time that a watch may be silent.
    await server.called(watch);
    assert.equal(server.calls(list).length, 1);
  });

  it('shows the state of a restored etcd, also of an object that has the same resourceVersion in both histories', async () => {
    const lost = [configMap('same', '12', { data: { owner: 'lost' } }), configMap('lost', '13'), configMap('old', '5')];
    const restored = [configMap('same', '12', { data: { owner: 'kept' } }), configMap('old', '5')];
    server
      .on(list, page(lost, { resourceVersion: '15' }), page(restored, { resourceVersion: '14' }))
      .on(watch, reset, watching());
    const informer = await start();
    await server.called(watch, 2);
    assert.equal(server.calls(watch)[1]?.query['resourceVersion'], '14');
    assert.deepEqual(changesSoFar().slice(3), ['deleted lost', 'modified same']);
    assert.deepEqual(informer.get('default', 'same')?.data, { owner: 'kept' });
    assert.ok(record.lines.some(({ level, message }) => level === 'warn' && message.includes('etcd was restored')));
  });

  it('tells others when a list begins and when it is in the cache', async () => {
    server.on(list, reset, page([configMap('a')])).on(watch, watching());
    const seen: string[] = [];
    const informer = await start();
    informer.aroundList(() => {
      seen.push(`begins with ${informer.list().length}`);
      return () => void seen.push(`has ${informer.list().length}`);
    });
    await server.called(watch);
    assert.deepEqual(seen.slice(-2), ['begins with 0', 'has 1']);
  });

  describe('after a 404', () => {
    const served = reply({ kind: 'APIResourceList', resources: [{ name: 'configmaps' }] });
    const notServed = reply({ kind: 'APIResourceList', resources: [{ name: 'pods' }] });
    const html: Reply = (response) =>
      void response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html>Not Found</html>');
    const faults: [what: string, fault: Reply][] = [
      ['an HTML page', html],
      ['plain text', replyText('404 page not found\n', 404)],
      ['other JSON', reply({ error: 'no route' }, 404)],
      ['an empty body', (response) => void response.writeHead(404).end()],
      ['a Status', refuse(404, 'NotFound')],
    ];
    beforeEach(() => server.on('GET /api', reply({ kind: 'APIVersions', versions: ['v1'] })));

    for (const [what, fault] of faults) {
      it(`with ${what}, keeps its content while the discovery says that the kind is served`, async () => {
        server
          .on('GET /api/v1', served)
          .on(list, page([configMap('a')]), fault, fault, fault, page([configMap('a'), configMap('b', '12')]))
          .on(watch, fault, watching());
        let now = 1000;
        const informer = await start({ now: () => now });
        await informer.synced;
        now = 2000;
        await server.called(list, 4);
        assert.equal(informer.lastContact(), 1000, 'it has no contact');
        await changed('added b');
        assert.deepEqual(changesSoFar(), ['added a', 'added b']);
        assert.equal(await informer.isNotServed(new ApiError('', { code: 404, reason: 'Unknown' })), false);
      });

      it(`with ${what}, is not synced before the discovery can be read`, async () => {
        server
          .on('GET /api/v1', fault)
          .on(list, fault, fault, fault, page([configMap('a')]))
          .on(watch, watching());
        const informer = await start();
        await server.called(list, 4);
        assert.deepEqual(
          changesSoFar().filter((change) => change !== 'added a'),
          [],
        );
        await informer.synced;
        await changed('added a');
      });
    }

    it('is synced once the discovery has said twice that the kind is not served, with 2 s in between', async () => {
      server
        .on('GET /api/v1', notServed)
        .on(list, html, html, html, page([configMap('a')]))
        .on(watch, watching());
      const informer = await start();
      await server.called(list, 2);
      assert.equal(informer.hasSynced(), false);
      await informer.synced;
      assert.equal(waits[0], 2000);
      assert.deepEqual(informer.list(), []);
      assert.equal(await informer.isNotServed(new ApiError('', { code: 404, reason: 'Unknown' })), true);
      assert.equal(await informer.isNotServed(new ApiError('', { code: 500, reason: 'Unknown' })), false);
      await changed('added a');
      assert.equal(await informer.isNotServed(new ApiError('', { code: 404, reason: 'Unknown' })), false);
    });

    it('stays ready while a kind that was just installed is not listed yet', async () => {
      server.on('GET /api/v1', notServed, notServed, served).on(list, html);
      const informer = await start();
      await server.called('GET /api/v1', 5);
      assert.equal(informer.whyNotReady(), undefined);
    });

    it('does not count a confirmation from before the kind was served', async () => {
      server
        .on('GET /api/v1', notServed, served, notServed, notServed)
        .on(list, page([configMap('a')]), html)
        .on(watch, html);
      let discoveries = 0;
      await start({
        onChange: ({ type }) => {
          if (type === 'deleted') discoveries = server.calls('GET /api/v1').length;
        },
      });
      await eventually('the objects are removed', () => discoveries > 0);
      assert.equal(discoveries, 4);
    });

    it('removes all objects when their kind is not served any more', async () => {
      server
        .on('GET /api/v1', notServed)
        .on(list, page([configMap('a')]), html)
        .on(watch, html);
      let now = 1000;
      const informer = await start({ now: () => now });
      await changed('deleted a');
      assert.deepEqual(informer.list(), []);
      now += 600_000;
      assert.equal(informer.whyNotReady(), undefined, 'OCM may be missing');
      assert.equal(informer.lastContact(), 1000, 'an alert tells about it');
    });
  });

  it('is not synced while it is not allowed to list', async () => {
    server.on(list, refuse(403, 'Forbidden'));
    const informer = await start();
    await server.called(list, 3);
    assert.equal(informer.hasSynced(), false);
    assert.ok(record.lines.some(({ level }) => level === 'warn'));
  });

  it('logs errors of handlers, transforms and indexes, and continues', async () => {
    server.on(list, page([configMap('a')])).on(
      watch,
      watching((open) => void open.event('ADDED', configMap('b', '11'))),
    );
    const informer = await start({ transform: broken, indexes: { any: broken } });
    informer.subscribe(broken);
    await changed('added b');
    assert.equal(informer.list().length, 2);
    assert.ok(record.lines.filter(({ level }) => level === 'error').length >= 5);
  });

  it('caches what the transform returns, without managedFields, and indexes it', async () => {
    const object = configMap('a', '1', { data: { owner: 'x', large: 'value' } });
    object.metadata.managedFields = [{ manager: 'kubectl' }];
    server.on(list, page([object])).on(
      watch,
      watching((open) => void open.event('MODIFIED', configMap('a', '11', { data: { owner: 'y' } }))),
    );
    const informer = await start({
      transform: ({ data, ...rest }) => ({ ...rest, data: { owner: data?.['owner'] ?? '' } }),
      indexes: { owner: ({ data }) => [data?.['owner'] ?? ''] },
    });
    await changed('modified a');
    assert.deepEqual(changes[0]?.object.data, { owner: 'x' });
    assert.equal(changes[0]?.object.metadata.managedFields, undefined);
    assert.deepEqual(informer.byIndex('owner', 'x'), []);
    assert.equal(informer.byIndex('owner', 'y').length, 1);
    assert.throws(() => informer.byIndex('colour', 'y'), /no index "colour"/);
  });

  it('reports cached objects to a late subscriber', async () => {
    server.on(list, page([configMap('a')])).on(watch, watching());
    const informer = await start();
    await informer.synced;
    const late: string[] = [];
    informer.subscribe(({ type, object }) => void late.push(`${type} ${object.metadata.name}`));
    assert.deepEqual(late, ['added a']);
  });

  it('returns the time of the last contact with the server', async () => {
    let now = 1000;
    let open: OpenWatch | undefined;
    server.on(list, page([])).on(
      watch,
      watching((opened) => void (open = opened)),
    );
    const informer = await start({ now: () => now });
    assert.equal(informer.lastContact(), 0);
    await eventually('the watch is open', () => open !== undefined);
    assert.equal(informer.lastContact(), 1000);
    now = 2000;
    open?.bookmark('11');
    await eventually('a bookmark counts', () => informer.lastContact() === 2000);
  });

  it('is not ready before its first list, and after twice the time that a watch may be silent', async () => {
    let now = 1000;
    server.on(list, page([]), reset).on(watch, watching());
    const informer = await start({ now: () => now });
    assert.equal(informer.whyNotReady(), 'is not complete yet');
    await informer.synced;
    assert.equal(informer.whyNotReady(), undefined);
    now += 299_999;
    assert.equal(informer.whyNotReady(), undefined);
    now += 1;
    assert.equal(informer.whyNotReady(), 'has had no contact with the API server for 300 s');
  });

  it('ends its watch when it is stopped', async () => {
    server.on(list, page([])).on(watch, watching());
    await start();
    const { closed } = await server.called(watch);
    stop.abort();
    await running;
    await closed;
  });
});

async function resetSoon(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
  await new Promise((resolve) => setTimeout(resolve, 10));
  response.destroy();
}

function broken(): never {
  throw new Error('broken');
}
