import assert from 'node:assert/strict';
import { Pool } from 'undici';
import { callBeforeSend } from '../../../src/kube/client/before-send.ts';
import { reply, ScriptedApiServer } from '../../support/scripted-api-server.ts';

describe('callBeforeSend', () => {
  let server: ScriptedApiServer;
  let pool: Pool;

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
    server.on('GET /', reply({}));
    pool = new Pool(server.url);
  });
  afterEach(async () => {
    await pool.destroy();
    await server.stop();
  });

  it('is called once for a request, before the server sees it', async () => {
    const seen: number[] = [];
    const dispatcher = pool.compose(callBeforeSend(() => seen.push(server.seen.length)));
    await (await dispatcher.request({ path: '/', method: 'GET' })).body.dump();
    assert.deepEqual(seen, [0]);
    assert.equal(server.seen.length, 1);
  });

  it('makes the request fail with what it throws, and does not send it', async () => {
    const lost = new Error('lost');
    const dispatcher = pool.compose(
      callBeforeSend(() => {
        throw lost;
      }),
    );
    await assert.rejects(dispatcher.request({ path: '/', method: 'GET' }), lost);
    assert.equal(server.seen.length, 0);
  });
});
