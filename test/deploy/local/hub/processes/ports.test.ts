import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort, isFree, withPorts } from '../../../../../deploy/local/hub/processes/ports.ts';

/** Gives the numbers in turn, then the last one for ever. */
function sequence(...numbers: number[]): () => number {
  return () => (numbers.length > 1 ? numbers.shift() : numbers[0]) ?? 0;
}

describe('ports', () => {
  it('are kept where they are known, and found where they are not', async () => {
    const ports = await withPorts({ a: 1 }, ['a', 'b', 'c'], Math.random);
    assert.equal(ports['a'], 1);
    assert.equal(new Set(Object.values(ports)).size, 3);
  });

  it('stay below those that the system gives to outgoing connections', async () => {
    for (const random of [0, 0.999_999]) {
      const port = await freePort(new Set(), sequence(random, 0.5, 0.6, 0.7)); // more, should one be in use here
      assert.ok(port >= 20_000 && port < 32_000, String(port));
    }
  });

  it('skip one that is promised to another process', async () => {
    const first = await freePort(new Set(), sequence(0.25, 0.3, 0.35));
    const second = await freePort(new Set([first]), sequence((first - 20_000) / 12_000 + 1e-6, 0.4, 0.45));
    assert.notEqual(second, first);
  });

  it('are not free while somebody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    assert.equal(await isFree(address.port), false);
    server.close();
    await once(server, 'close');
    assert.equal(await isFree(address.port), true);
  });
});
