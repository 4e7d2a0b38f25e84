import assert from 'node:assert/strict';
import { setImmediate as soon } from 'node:timers/promises';
import fc from 'fast-check';
import { lockPriority, NamespaceLocks } from '../../../src/controller/deployments/locks.ts';
import { WorkQueue } from '../../../src/kube/queue/work-queue.ts';
import { finalizedDeployment } from '../../support/deployments-scene.ts';

/** Reconciles of keys that lock namespaces. A key is its own priority. */
function scene() {
  const woken: string[] = [];
  const locks = new NamespaceLocks((key) => void woken.push(key));
  /** Reconciles a key once. If it gets its locks, it holds them until `end`. */
  async function reconcile(key: string, namespaces: readonly string[]) {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isLocked = false;
    const done = locks.run(key, async (acquire) => {
      isLocked = acquire(key, namespaces);
      if (isLocked) await promise;
    });
    await soon();
    return {
      isLocked,
      end: async () => {
        resolve();
        await done;
      },
    };
  }
  return { locks, woken, reconcile };
}

describe('namespace locks', () => {
  it('are held by one key at a time, and concurrently for different namespaces', async () => {
    const { reconcile, woken } = scene();
    const first = await reconcile('1', ['shop']);
    assert.ok(first.isLocked);
    assert.ok((await reconcile('3', ['store'])).isLocked);
    assert.ok(!(await reconcile('2', ['shop'])).isLocked, 'the reconcile ends without waiting');
    assert.deepEqual(woken, []);
    await first.end();
    assert.deepEqual(woken, ['2']);
    assert.ok((await reconcile('2', ['shop'])).isLocked);
  });

  it('wake the waiter with the smallest priority, and are reserved for it', async () => {
    const { reconcile, woken } = scene();
    const holder = await reconcile('5', ['shop']);
    for (const key of ['3', '4', '1', '2']) assert.ok(!(await reconcile(key, ['shop'])).isLocked);
    await holder.end();
    assert.deepEqual(woken, ['1']);
    assert.ok(!(await reconcile('3', ['shop'])).isLocked, 'an older one was woken');
    const oldest = await reconcile('1', ['shop']);
    assert.ok(oldest.isLocked);
    await oldest.end();
    assert.deepEqual(woken, ['1', '2']);
  });

  it('are given to a key that is older than all waiters', async () => {
    const { reconcile, woken } = scene();
    const holder = await reconcile('5', ['shop']);
    await reconcile('3', ['shop']);
    await holder.end();
    const older = await reconcile('2', ['shop']);
    assert.ok(older.isLocked);
    assert.ok(!(await reconcile('3', ['shop'])).isLocked);
    await older.end();
    assert.deepEqual(woken, ['3', '3']);
  });

  it('are acquired all or none, and wake a key only when it can get all of them', async () => {
    const { reconcile, woken } = scene();
    const [a, b] = [await reconcile('1', ['a']), await reconcile('2', ['b'])];
    assert.ok(!(await reconcile('3', ['a', 'b'])).isLocked);
    assert.ok(!(await reconcile('4', ['a'])).isLocked);
    await a.end();
    assert.deepEqual(woken, [], 'b is held, and the older waiter reserves a');
    await b.end();
    assert.deepEqual(woken, ['3']);
    const both = await reconcile('3', ['a', 'b', 'a']);
    assert.ok(both.isLocked);
    await both.end();
    assert.deepEqual(woken, ['3', '4']);
  });

  it('are not reserved any more for a key that was woken and does not need them, or fails before', async () => {
    for (const end of [() => Promise.resolve(), () => Promise.reject(new RangeError('no'))]) {
      const { locks, reconcile, woken } = scene();
      const holder = await reconcile('1', ['a']);
      await reconcile('2', ['a']);
      await reconcile('3', ['a']);
      await holder.end();
      await locks.run('2', end).catch((error: unknown) => assert.ok(error instanceof RangeError));
      assert.deepEqual(woken, ['2', '3']);
      assert.ok((await reconcile('3', ['a'])).isLocked);
    }
  });

  it('wake the waiters of a namespace that a key does not wait for any more', async () => {
    const { reconcile, woken } = scene();
    const holder = await reconcile('1', ['a']);
    await reconcile('2', ['a', 'b']);
    assert.ok(!(await reconcile('3', ['b'])).isLocked);
    assert.ok(!(await reconcile('2', ['a'])).isLocked, 'its render has changed');
    assert.deepEqual(woken, ['3']);
    await holder.end();
  });

  it('are released after an error, which is thrown', async () => {
    const { locks, reconcile } = scene();
    const failing = locks.run('1', (acquire) => {
      assert.ok(acquire('1', ['a', 'b']));
      return Promise.reject(new RangeError('no'));
    });
    await assert.rejects(failing, RangeError);
    assert.ok((await reconcile('2', ['b', 'a'])).isLocked);
  });

  it('are given to every key in the end, and never to two keys at a time', async () => {
    const anyNamespaces = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyNamespaces, { maxLength: 12 }), async (wanted) => {
        const queue = new WorkQueue();
        const locks = new NamespaceLocks((key) => queue.add(key));
        const held = new Set<string>();
        const finished = new Set<string>();
        const worker = async () => {
          for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
            const [current, namespaces] = [key, wanted[Number(key)] ?? []];
            await locks.run(current, async (acquire) => {
              if (!acquire(current, namespaces)) return;
              for (const namespace of namespaces) {
                assert.ok(!held.has(namespace), `${namespace} is locked twice`);
                held.add(namespace);
              }
              await soon();
              for (const namespace of namespaces) held.delete(namespace);
              finished.add(current);
            });
            queue.done(current);
            if (finished.size === wanted.length) queue.shutDown();
          }
        };
        for (const key of wanted.keys()) queue.add(String(key));
        if (wanted.length === 0) queue.shutDown();
        await Promise.all([worker(), worker(), worker()]);
        assert.equal(finished.size, wanted.length);
      }),
    );
  });
});

describe('the lock priority of a deployment', () => {
  it('is its age, and its name among those created in the same second', () => {
    const priorities = [{ name: 'b' }, { name: 'a', second: 1 }, { name: 'a' }].map((options) =>
      lockPriority(finalizedDeployment(options)),
    );
    assert.deepEqual(priorities.toSorted(), [priorities[2], priorities[0], priorities[1]]);
  });
});
