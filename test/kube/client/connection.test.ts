import assert from 'node:assert/strict';
import { Connection, StaleConnection } from '../../../src/kube/client/connection.ts';
import { reply, reset, ScriptedApiServer, type Reply } from '../../support/scripted-api-server.ts';

describe('connection', () => {
  let server: ScriptedApiServer;
  let connection: Connection;

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
    connection = new Connection(new URL(server.url), {});
  });
  afterEach(async () => {
    await connection.destroy();
    await server.stop();
  });

  const get = async () => (await connection.request({ path: '/', method: 'GET' })).body.text();
  const resetAfterHead: Reply = (response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('{');
    setTimeout(() => response.destroy(), 20);
  };
  const rows: [why: string, replies: Reply[], stale: boolean][] = [
    ['a reset of the first request is not stale: the server may have read it', [reset], false],
    ['a reset of a later request is stale', [reply({}), reset], true],
    ['a reset after a reconnect is not stale', [reply({}), reset, reset], false],
    ['a reset after the head of a response is not stale', [reply({}), resetAfterHead], false],
  ];
  for (const [why, replies, stale] of rows) {
    it(why, async () => {
      server.on('GET /', ...replies);
      for (const _ of replies.slice(1)) await get().catch(() => undefined);
      await assert.rejects(get(), (error) => error instanceof StaleConnection === stale);
    });
  }

  it('keeps the reason of a stale connection as its cause', async () => {
    server.on('GET /', reply({}), reset);
    await get();
    await assert.rejects(get(), ({ cause }) => cause instanceof Error && 'code' in cause);
  });
});
