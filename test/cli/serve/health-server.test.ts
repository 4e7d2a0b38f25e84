import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createHealthServer, type HealthServer } from '../../../src/cli/serve/health-server.ts';
import { recordedLog, type LogLine } from '../../support/recorded-log.ts';

describe('the health server', () => {
  let server: HealthServer;
  let lines: LogLine[];
  let reasons: string[];
  let metrics: () => Promise<{ contentType: string; body: string }>;
  const get = (path: string, method = 'GET') => fetch(`http://localhost:${server.address().port}${path}`, { method });

  beforeEach(async () => {
    const recorded = recordedLog();
    lines = recorded.lines;
    reasons = [];
    metrics = async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' });
    server = createHealthServer({ ready: () => reasons, metrics: () => metrics(), log: recorded.log });
    await server.listen(0, 'localhost');
  });
  afterEach(() => server.close());

  it('reports that the process is alive even if it is not ready', async () => {
    reasons = ['caches: not synced'];
    const response = await get('/healthz');
    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'ok\n');
  });

  it('reports readiness if there is no reason against it', async () => {
    assert.equal((await get('/readyz?verbose')).status, 200);
  });

  it('reports the reasons why the role is not ready, one line each', async () => {
    reasons = ['caches: not synced', 'webhook: no certificate yet'];
    const response = await get('/readyz');
    assert.equal(response.status, 503);
    assert.equal(await response.text(), 'caches: not synced\nwebhook: no certificate yet\n');
  });

  it('serves metrics with their content type', async () => {
    const response = await get('/metrics');
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4');
    assert.equal(await response.text(), 'up 1\n');
  });

  it('responds to HEAD without a body', async () => {
    const response = await get('/healthz', 'HEAD');
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '');
  });

  const refused: [method: string, path: string, status: number, why: string][] = [
    ['POST', '/healthz', 405, 'nothing is changed here'],
    ['GET', '/', 404, 'there is no index'],
    ['GET', '/debug/pprof', 404, 'nothing else is there'],
  ];
  for (const [method, path, status, why] of refused) {
    it(`responds ${status} to ${method} ${path}: ${why}`, async () => {
      const response = await get(path, method);
      assert.equal(response.status, status);
      assert.equal(response.headers.get('allow'), status === 405 ? 'GET, HEAD' : null);
    });
  }

  it('responds 500 and continues to run if metrics fail', async () => {
    metrics = () => Promise.reject(new Error('a collector failed'));
    assert.equal((await get('/metrics')).status, 500);
    assert.deepEqual(
      lines.map((line) => line.level),
      ['error'],
    );
    assert.equal((await get('/healthz')).status, 200);
  });

  it('can be closed more than once', async () => {
    await get('/healthz');
    await server.close();
    await server.close();
    assert.throws(() => server.address());
  });
});
