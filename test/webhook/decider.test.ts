import assert from 'node:assert/strict';
import { sha256 } from '../../src/cli/sha256.ts';
import { offlineDefinitions } from '../../src/definitions/offline.ts';
import { offlineUsers } from '../../src/definitions/deployments.ts';
import { createDecider } from '../../src/webhook/decider.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { countedDefinitions, requestFor, webhookSources } from '../support/webhook-sources.ts';

const { signal } = new AbortController();
const users = offlineUsers(() => []);
const nothing = () => countedDefinitions(offlineDefinitions([], sha256));
const both = () => countedDefinitions(offlineDefinitions([environment('team'), profile('team')], sha256));

describe('deciding about a request', () => {
  it('takes a warning back that only a stale cache would have given', async () => {
    const [cached, live] = [nothing(), both()];
    const options = { ...webhookSources(), cached: { ...cached, users }, live: { ...live, users }, severities: {} };
    const decided = await createDecider('validate', options)(requestFor(deployment('team')), signal);
    assert.deepEqual(decided.violations, []);
    assert.ok(live.asked() > 0);
  });

  it('asks nobody live for a decision that rests on the request alone', async () => {
    const [cached, live] = [nothing(), nothing()];
    const options = { ...webhookSources(), cached: { ...cached, users }, live: { ...live, users }, severities: {} };
    const decided = await createDecider('validate', options)(
      requestFor(environment('team', { topology: { type: 'topology-ocm@v1' } })),
      signal,
    );
    assert.equal(decided.refusal?.status, 422);
    assert.equal(live.asked(), 0);
  });

  it('stamps from what is live, because a cache may be behind', async () => {
    const [cached, live] = [nothing(), both()];
    const options = { ...webhookSources(), cached: { ...cached, users }, live: { ...live, users }, severities: {} };
    const decided = await createDecider('mutate', options)(requestFor(deployment('team')), signal);
    assert.match(JSON.stringify(decided.patch), /team\/primary@v1/);
    assert.equal(cached.asked(), 0);
  });
});
