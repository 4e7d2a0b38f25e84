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

const LIST = 'GET /api/v1/configmaps';
const WATCH = 'WATCH /api/v1/configmaps';

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
      // Waits are noted, not waited for; a turn of the event loop lets everything else happen.
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
  const told = () => changes.map(({ type, object }) => `${type} ${object.metadata.name}`);
  const seen = async (what: string) => eventually(what, () => told().includes(what));

  it('lists, then follows events from there', async () => {
    let open: OpenWatch | undefined;
    server.on(LIST, page([configMap('a')])).on(
      WATCH,
      watching((opened) => void (open = opened)),
    );
    const informer = await start();
    assert.equal(informer.hasSynced(), false);
    await informer.synced;
    assert.equal(informer.hasSynced(), true);
    assert.equal((await server.called(WATCH)).query['resourceVersion'], '10');
    await eventually('the watch is open', () => open !== undefined);
    open
      ?.event('ADDED', configMap('b', '11'))
      .event('MODIFIED', configMap('a', '12'))
      .event('DELETED', configMap('b', '13'));
    await seen('deleted b');
    assert.deepEqual(told(), ['added a', 'added b', 'modified a', 'deleted b']);
    assert.equal(changes[2]?.previous?.metadata.resourceVersion, '1');
    assert.deepEqual(
      informer.list().map(({ metadata }) => metadata.resourceVersion),
      ['12'],
    );
    assert.equal(informer.get('default', 'a')?.metadata.resourceVersion, '12');
  });

  it('goes on at the last event or bookmark after the watch ended or broke', async () => {
    server.on(LIST, page([])).on(
      WATCH,
      watching((open) => open.event('ADDED', configMap('a', '11')).bookmark('15').end()),
      watching((open) => open.event('ADDED', configMap('b', '17')).reset()),
      refuse(500, 'InternalError'),
      refuse(429, 'TooManyRequests'),
      reset,
      watching(),
    );
    await start();
    await server.called(WATCH, 6);
    const versions = server.calls(WATCH).map(({ query }) => query['resourceVersion']);
    assert.deepEqual(versions, ['10', '15', '17', '17', '17', '17']);
    assert.equal(server.calls(LIST).length, 1);
  });

  const tooOld: [why: string, reply: Reply][] = [
    ['as an ERROR event', watching((open) => void open.event('ERROR', statusOf(410, 'Expired')))],
    ['as an HTTP status', refuse(410, 'Expired')],
    ['told by a line that cannot be read, which may hide any change', watching((open) => void open.send('{"typ\n'))],
  ];
  for (const [why, scripted] of tooOld) {
    it(`lists again when the watch is too far behind, ${why}, and finds what has vanished`, async () => {
      server
        .on(LIST, page([configMap('a'), configMap('b')]), page([configMap('b', '19')], { resourceVersion: '20' }))
        .on(WATCH, scripted, watching());
      const informer = await start();
      await server.called(WATCH, 2);
      assert.deepEqual(told(), ['added a', 'added b', 'deleted a', 'modified b']);
      assert.equal(server.calls(WATCH)[1]?.query['resourceVersion'], '20');
      assert.equal(informer.list().length, 1);
    });
  }

  it('lists at once on a 410 that ends an outage, and backs off when that does not help', async () => {
    const outage = Array.from({ length: 4 }, () => reset);
    server.on(LIST, page([])).on(WATCH, ...outage, refuse(410, 'Expired'), refuse(410, 'Expired'), watching());
    await start();
    await server.called(WATCH, 7);
    assert.deepEqual(waits, [800, 1600, 3200, 6400, 25_600]);
  });

  it('tells nothing about what a new list shows unchanged', async () => {
    server.on(LIST, page([configMap('a')])).on(WATCH, refuse(410, 'Expired'), watching());
    await start();
    await server.called(WATCH, 2);
    assert.deepEqual(told(), ['added a']);
  });

  it('takes a namesake for another object', async () => {
    server.on(LIST, page([configMap('a', '1')])).on(
      WATCH,
      watching((open) => void open.event('MODIFIED', configMap('a', '12', { uid: 'another' }))),
    );
    await start();
    await eventually('three changes', () => changes.length === 3);
    assert.deepEqual(told(), ['added a', 'deleted a', 'added a']);
    assert.equal(changes[1]?.object.metadata.uid, 'uid-of-a');
  });

  it('backs off from 0.8 s to 30 s while lists fail, then starts afresh', async () => {
    server.on(LIST, ...Array.from({ length: 8 }, () => refuse(503, 'ServiceUnavailable')), page([])).on(
      WATCH,
      watching((open) => open.bookmark('11').reset()),
      watching(),
    );
    await start();
    await server.called(WATCH, 2);
    assert.deepEqual(waits, [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 800]);
  });

  it('does not spin when the server ends every watch at once', async () => {
    server.on(LIST, page([])).on(
      WATCH,
      watching((open) => open.end()),
    );
    await start();
    await server.called(WATCH, 4);
    assert.deepEqual(waits.slice(0, 3), [800, 1600, 3200]);
  });

  it('lists again after many failures in a row, for the server may have forgotten the version', async () => {
    server.on(LIST, page([])).on(WATCH, refuse(504, 'Timeout', 'Too large resource version'));
    await start();
    await server.called(LIST, 2);
    assert.equal(server.calls(WATCH).length, 5);
  });

  it('counts as synced without its kind, and finds it when it comes', async () => {
    server.on(LIST, refuse(404, 'NotFound'), refuse(404, 'NotFound'), page([configMap('a')])).on(WATCH, watching());
    const informer = await start();
    await informer.synced;
    assert.deepEqual(informer.list(), []);
    await seen('added a');
  });

  it('forgets all objects when their kind vanishes', async () => {
    server.on(LIST, page([configMap('a')]), refuse(404, 'NotFound')).on(WATCH, refuse(404, 'NotFound'));
    const informer = await start();
    await seen('deleted a');
    assert.deepEqual(informer.list(), []);
  });

  it('is not synced while it may not list', async () => {
    server.on(LIST, refuse(403, 'Forbidden'));
    const informer = await start();
    await server.called(LIST, 3);
    assert.equal(informer.hasSynced(), false);
    assert.ok(record.lines.some(({ level }) => level === 'warn'));
  });

  it('survives handlers, transforms and indexes that throw, and says so', async () => {
    server.on(LIST, page([configMap('a')])).on(
      WATCH,
      watching((open) => void open.event('ADDED', configMap('b', '11'))),
    );
    const informer = await start({ transform: broken, indexes: { any: broken } });
    informer.subscribe(broken);
    await seen('added b');
    assert.equal(informer.list().length, 2);
    assert.ok(record.lines.filter(({ level }) => level === 'error').length >= 5);
  });

  it('keeps what the transform leaves, never managedFields, and finds it by index', async () => {
    const object = configMap('a', '1', { data: { owner: 'x', large: 'value' } });
    object.metadata.managedFields = [{ manager: 'kubectl' }];
    server.on(LIST, page([object])).on(
      WATCH,
      watching((open) => void open.event('MODIFIED', configMap('a', '11', { data: { owner: 'y' } }))),
    );
    const informer = await start({
      transform: ({ data, ...rest }) => ({ ...rest, data: { owner: data?.['owner'] ?? '' } }),
      indexes: { owner: ({ data }) => [data?.['owner'] ?? ''] },
    });
    await seen('modified a');
    assert.deepEqual(changes[0]?.object.data, { owner: 'x' });
    assert.equal(changes[0]?.object.metadata.managedFields, undefined);
    assert.deepEqual(informer.byIndex('owner', 'x'), []);
    assert.equal(informer.byIndex('owner', 'y').length, 1);
    assert.throws(() => informer.byIndex('colour', 'y'), /no index "colour"/);
  });

  it('tells a late subscriber what is there', async () => {
    server.on(LIST, page([configMap('a')])).on(WATCH, watching());
    const informer = await start();
    await informer.synced;
    const late: string[] = [];
    informer.subscribe(({ type, object }) => void late.push(`${type} ${object.metadata.name}`));
    assert.deepEqual(late, ['added a']);
  });

  it('knows when it last heard from the server', async () => {
    let now = 1000;
    let open: OpenWatch | undefined;
    server.on(LIST, page([])).on(
      WATCH,
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

  it('hangs up when told to', async () => {
    server.on(LIST, page([])).on(WATCH, watching());
    await start();
    const { closed } = await server.called(WATCH);
    stop.abort();
    await running;
    await closed;
  });
});

function broken(): never {
  throw new Error('broken');
}
