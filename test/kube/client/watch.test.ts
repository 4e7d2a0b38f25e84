import assert from 'node:assert/strict';
import { createClient } from '../../../src/kube/client/client.ts';
import { ApiError, isGone, ServerUnreachable, UnreadableResponse } from '../../../src/kube/client/errors.ts';
import { configMaps, configMap } from '../../support/config-maps.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import {
  refuse,
  type Reply,
  ScriptedApiServer,
  silence,
  statusOf,
  watching,
} from '../../support/scripted-api-server.ts';
import type { WatchEvent } from '../../../src/kube/client/requests.ts';

const CALL = 'WATCH /api/v1/configmaps';

describe('watch', () => {
  let server: ScriptedApiServer;
  const watch = async (signal = new AbortController().signal, metadataOnly = false) => {
    const client = createClient(await server.kubeConfig(), {
      log: recordedLog().log,
      userAgent: 'mooring/test',
      timeouts: { request: 100 },
    });
    return client.watch(configMaps, { resourceVersion: '5', signal, metadataOnly });
  };
  const collect = async () => {
    const events: WatchEvent<unknown>[] = [];
    for await (const event of await watch()) events.push(event);
    return events;
  };

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
  });
  afterEach(() => server.stop());

  it('requests events from a version, bookmarks, and an end after 5 to 10 minutes', async () => {
    server.on(
      CALL,
      watching((open) => open.end()),
    );
    await collect();
    const { timeoutSeconds, ...query } = server.seen[0]?.query ?? {};
    assert.deepEqual(query, { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '5' });
    assert.ok(Number(timeoutSeconds) >= 300 && Number(timeoutSeconds) <= 600);
  });

  it('reads one event per line, even if chunks end within a line', async () => {
    const object = configMap('a', '6', { data: { greeting: 'Grüße 🛳️' } });
    const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
    server.on(
      CALL,
      watching(async (open) => {
        for (const byte of bytes) open.send(Uint8Array.of(byte));
        open.event('MODIFIED', object).bookmark('9').event('DELETED', object).end();
      }),
    );
    const events = await collect();
    assert.deepEqual(
      events.map(({ type }) => type),
      ['ADDED', 'MODIFIED', 'BOOKMARK', 'DELETED'],
    );
    assert.deepEqual(events[0]?.object, object);
  });

  const failures: [why: string, reply: Reply, holds: (error: unknown) => boolean][] = [
    [
      'an ERROR event causes the error that it contains',
      watching((open) => void open.event('ERROR', statusOf(410, 'Expired'))),
      isGone,
    ],
    ['an error response at the start causes an error', refuse(410, 'Expired'), isGone],
    [
      'an overloaded server causes an error',
      refuse(429, 'TooManyRequests'),
      (error) => error instanceof ApiError && error.code === 429,
    ],
    [
      'a line that is not JSON is an error and not skipped',
      watching((open) => void open.send('{"type":"ADD\n')),
      unreadable,
    ],
    ['a line that is not an event is an error', watching((open) => void open.send('{"hello":"world"}\n')), unreadable],
    [
      'bytes that are not UTF-8 are an error',
      watching((open) => void open.send(Uint8Array.of(0xff, 0x0a))),
      unreadable,
    ],
    ['an incomplete last line is an error', watching((open) => open.send('{"type"').end()), unreadable],
    ['a reset in the middle of the stream is an error', watching((open) => open.bookmark('6').reset()), unreachable],
    ['a server that does not respond is an error', silence, unreachable],
  ];
  for (const [why, scripted, holds] of failures) {
    it(why, async () => {
      server.on(CALL, scripted);
      await assert.rejects(collect(), holds);
    });
  }

  it('fails if no data arrives and the server does not end the watch in time', async () => {
    server.on(CALL, watching());
    const client = createClient(await server.kubeConfig(), {
      log: recordedLog().log,
      userAgent: 'mooring/test',
      timeouts: { watch: 0, watchSlack: 50 },
    });
    const { signal } = new AbortController();
    const iterator = client.watch(configMaps, { resourceVersion: '5', signal })[Symbol.asyncIterator]();
    await assert.rejects(Promise.resolve(iterator.next()), /watch configmaps: no response/);
  });

  it('ends without an error when its signal is aborted, and closes the connection', async () => {
    server.on(CALL, watching());
    const controller = new AbortController();
    const iterator = (await watch(controller.signal))[Symbol.asyncIterator]();
    const next = iterator.next();
    const { closed } = await server.called(CALL);
    controller.abort();
    assert.equal((await next).done, true);
    await closed;
  });

  it('closes the connection when the reader stops', async () => {
    server.on(
      CALL,
      watching((open) => void open.bookmark('6')),
    );
    for await (const { type } of await watch()) {
      assert.equal(type, 'BOOKMARK');
      break;
    }
    await (
      await server.called(CALL)
    ).closed;
  });

  it('sets the real kind of objects that are reduced to their metadata', async () => {
    const object = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: configMap('a').metadata };
    server.on(
      CALL,
      watching((open) => open.event('ADDED', object).end()),
    );
    for await (const event of await watch(new AbortController().signal, true)) {
      assert.equal(event.object.kind, 'ConfigMap');
    }
    assert.match(server.seen[0]?.headers.accept ?? '', /as=PartialObjectMetadata;/);
  });
});

function unreadable(error: unknown): boolean {
  return error instanceof UnreadableResponse;
}

function unreachable(error: unknown): boolean {
  return error instanceof ServerUnreachable;
}
