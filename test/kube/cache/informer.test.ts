import assert from 'node:assert/strict';
import { createClient } from '../../../src/kube/client/client.ts';
import { type Change, Informer, type InformerOptions } from '../../../src/kube/cache/informer.ts';
import { configMaps, configMap, type ConfigMap } from '../../support/config-maps.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import {
  type OpenWatch,
  page,
  refuse,
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
    server.on(list, page([])).on(
      watch,
      watching((open) => open.event('ADDED', configMap('a', '11')).bookmark('15').end()),
      watching((open) => open.event('ADDED', configMap('b', '17')).reset()),
      refuse(500, 'InternalError'),
      refuse(429, 'TooManyRequests'),
      reset,
      watching(),
    );
    await start();
    await server.called(watch, 6);
    const versions = server.calls(watch).map(({ query }) => query['resourceVersion']);
    assert.deepEqual(versions, ['10', '15', '17', '17', '17', '17']);
    assert.equal(server.calls(list).length, 1);
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
    const outage = Array.from({ length: 4 }, () => reset);
    server.on(list, page([])).on(watch, ...outage, refuse(410, 'Expired'), refuse(410, 'Expired'), watching());
    await start();
    await server.called(watch, 7);
    assert.deepEqual(waits, [800, 1600, 3200, 6400, 25_600]);
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

  it('lists again after five consecutive failures, because the server may have lost the version', async () => {
    server.on(list, page([])).on(watch, refuse(504, 'Timeout', 'Too large resource version'));
    await start();
    await server.called(list, 2);
    assert.equal(server.calls(watch).length, 5);
  });

  it('is synced if its kind is not served, and finds objects when it is', async () => {
    server.on(list, refuse(404, 'NotFound'), refuse(404, 'NotFound'), page([configMap('a')])).on(watch, watching());
    const informer = await start();
    await informer.synced;
    assert.deepEqual(informer.list(), []);
    await changed('added a');
  });

  it('removes all objects when their kind is not served any more', async () => {
    server.on(list, page([configMap('a')]), refuse(404, 'NotFound')).on(watch, refuse(404, 'NotFound'));
    const informer = await start();
    await changed('deleted a');
    assert.deepEqual(informer.list(), []);
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

  it('ends its watch when it is stopped', async () => {
    server.on(list, page([])).on(watch, watching());
    await start();
    const { closed } = await server.called(watch);
    stop.abort();
    await running;
    await closed;
  });
});

function broken(): never {
  throw new Error('broken');
}
