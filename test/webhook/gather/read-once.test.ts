import assert from 'node:assert/strict';
import type { NeededRight } from '../../../src/domain/admission/facts.ts';
import { readOnce } from '../../../src/webhook/gather/read-once.ts';
import { hubReader, webhookSources } from '../../support/webhook-sources.ts';

const { signal } = new AbortController();
const user = { username: 'jane', groups: [], extra: {} };
const right: NeededRight = { path: 'spec.a', verb: 'use', group: 'g', resource: 'r', namespace: 'team', name: 'web' };

/** Sources that write down what is read, and the options that read each thing once. */
function counted() {
  const reads: string[] = [];
  const note = <T>(text: string, result: T): Promise<T> => {
    reads.push(text);
    return Promise.resolve(result);
  };
  const options = readOnce(
    webhookSources({
      namespaceState: (name) => note(`namespace ${name}`, { labels: {}, terminating: false }),
      isAllowed: (_user, { verb, namespace = '' }) => note(`${verb} in ${namespace}`, true),
      hub: hubReader({
        namespaceUse: (name) => note(`use of ${name}`, undefined),
        placement: (namespace, name) => note(`placement ${namespace}/${name}`, undefined),
      }),
    }),
  );
  return { reads, options };
}

describe('reading once for a request', () => {
  it('reads each namespace, right, use and Placement once', async () => {
    const { reads, options } = counted();
    const { hub } = options;
    for (let pass = 0; pass < 2; pass++) {
      await options.namespaceState('team', signal);
      await options.namespaceState('shop', signal);
      await options.isAllowed(user, right, signal);
      await options.isAllowed(user, { ...right, path: 'spec.b', reason: 'another field needs it' }, signal);
      await options.isAllowed(user, { ...right, namespace: 'shop' }, signal);
      await hub.namespaceUse('team', signal);
      await hub.placement('team', 'here', signal);
      await hub.placement('shop', 'here', signal);
    }
    assert.deepEqual(reads, [
      'namespace team',
      'namespace shop',
      'use in team',
      'use in shop',
      'use of team',
      'placement team/here',
      'placement shop/here',
    ]);
  });

  it('reads again for another request', async () => {
    const sources = webhookSources();
    let reads = 0;
    const namespaceState = (): Promise<undefined> => {
      reads += 1;
      return Promise.resolve(undefined);
    };
    for (let request = 0; request < 2; request++) {
      await readOnce({ ...sources, namespaceState }).namespaceState('team', signal);
    }
    assert.equal(reads, 2);
  });
});
