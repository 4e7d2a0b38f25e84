import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { findFreePort, isFree, addPorts } from '../../../../../deploy/local/hub/processes/ports.ts';

/** Returns the numbers one after another, and then always the last one. */
function sequence(...numbers: number[]): () => number {
  return () => (numbers.length > 1 ? numbers.shift() : numbers[0]) ?? 0;
}

describe('ports', () => {
  it('are added for names that do not have one', async () => {
    const ports = await addPorts({ a: 1 }, ['a', 'b', 'c'], Math.random);
    assert.equal(ports['a'], 1);
    assert.equal(new Set(Object.values(ports)).size, 3);
  });

  it('are lower than those of outgoing connections', async () => {
    for (const random of [0, 0.999_999]) {
      const port = await findFreePort(new Set(), sequence(random, 0.5, 0.6, 0.7)); // further numbers, in case that port is in use
      assert.ok(port >= 20_000 && port < 32_000, String(port));
    }
  });

  it('are not chosen if they are reserved for another process', async () => {
    const first = await findFreePort(new Set(), sequence(0.25, 0.3, 0.35));
    const second = await findFreePort(new Set([first]), sequence((first - 20_000) / 12_000 + 1e-6, 0.4, 0.45));
    assert.notEqual(second, first);
  });

  it('are not free while a server listens', async () => {
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
