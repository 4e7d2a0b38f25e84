import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { KubeObject } from '../../../src/api/object.ts';
import { readAhead } from '../../../src/webhook/gather/read-ahead.ts';
import { requestFacts } from '../../../src/webhook/gather/request-facts.ts';
import { gatherContextOf } from '../../support/gathering.ts';
import { deployment, environment } from '../../support/manifests.ts';
import { requestFor } from '../../support/webhook-sources.ts';

/** What is read ahead for the mutation of a request, in a hub where every read fails. */
async function readAheadFor(object: KubeObject): Promise<string[]> {
  const reads: string[] = [];
  const fail = (text: string) => {
    reads.push(text);
    return Promise.reject(new Error('no connection'));
  };
  const context = gatherContextOf([], { namespaceState: (name) => fail(`Namespace ${name}`) });
  context.catalog.store.get = (kind, namespace, name) => fail(`${kind} ${namespace}/${name}`);
  readAhead(requestFacts(requestFor(object), 'mutate'), context);
  // An error that nobody handles would end the process.
  await setImmediate();
  return reads;
}

describe('reading ahead', () => {
  it('begins all reads for the refs of a deployment at once, and leaves their errors to those who need the results', async () => {
    assert.deepEqual(await readAheadFor(deployment('team')), [
      'Namespace team',
      'Environment team/primary',
      'WorkloadProfile team/web',
    ]);
  });

  it('reads nothing for other kinds', async () => {
    assert.deepEqual(await readAheadFor(environment('team')), []);
  });
});
