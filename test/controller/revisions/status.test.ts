import assert from 'node:assert/strict';
import type { EnvironmentStatus } from '../../../src/api/environment.ts';
import { environments, workloadProfiles } from '../../../src/api/kinds.ts';
import {
  controllerStatus,
  hasRecordedCondition,
  notRecordedCondition,
  recordedCondition,
  writeStatus,
} from '../../../src/controller/revisions/status.ts';
import { isConflict } from '../../../src/kube/client/errors.ts';
import { environment, profile } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

const key = { namespace: 'team', name: 'primary' };
const ready = { type: 'EnvironmentReady', status: 'True', reason: 'PlacementsSatisfied' } as const;
const initialized = { type: 'FinalizerInitialized', status: 'True', reason: 'Available' } as const;

async function stored(status: EnvironmentStatus = {}) {
  const object = { ...environment('team'), status };
  const client = createMemoryClient([[environments, object]]);
  return { client, object: await client.get<Definition>(environments, key) };
}

describe('the status that the controller writes', () => {
  it('contains only its own fields and conditions', async () => {
    const { object } = await stored({
      revision: 4,
      status: 'Ready',
      selectedClusters: ['a'],
      conditions: [ready, initialized],
    });
    assert.deepEqual(controllerStatus(object), { revision: 4, conditions: [initialized] });
  });

  it('does not change what the aggregator wrote', async () => {
    const { client, object } = await stored({ status: 'Ready', conditions: [ready] });
    assert.equal(await writeStatus(client, 'Environment', object, { revision: 1 }), true);
    const { status } = await client.get<{ status?: EnvironmentStatus }>(environments, key);
    assert.equal(status?.status, 'Ready');
    assert.equal(status.revision, 1);
    assert.deepEqual(
      status.conditions?.map(({ type }) => type),
      ['EnvironmentReady', 'FinalizerInitialized'],
    );
  });

  it('is not written when nothing changes', async () => {
    const { client, object } = await stored({ revision: 4, conditions: [initialized] });
    assert.equal(await writeStatus(client, 'Environment', object, { revision: 4 }), false);
    assert.deepEqual(client.writes, []);
  });

  it('keeps the fields that are not changed', async () => {
    const { client, object } = await stored({ revision: 4, versions: { '1.3': '1.3.6' } });
    await writeStatus(client, 'Environment', object, { revision: 5 });
    const { status } = await client.get<{ status?: EnvironmentStatus }>(environments, key);
    assert.deepEqual(status?.versions, { '1.3': '1.3.6' });
  });

  it('keeps conditions of other types, and does not depend on the order in which the API server returns them', async () => {
    const rendered = { type: 'Rendered', status: 'True', reason: 'Rendered' } as const;
    const { client, object } = await stored({ conditions: [rendered, initialized] });
    assert.equal(await writeStatus(client, 'Environment', object, { conditions: [rendered] }), false);
    await writeStatus(client, 'Environment', object, { conditions: [recordedCondition(object)] });
    const after = await client.get<Definition>(environments, key);
    assert.deepEqual(
      controllerStatus(after).conditions?.map(({ type }) => type),
      ['FinalizerInitialized', 'Recorded', 'Rendered'],
    );
    assert.equal(hasRecordedCondition(after), true);
    assert.equal(hasRecordedCondition(object), false);
  });

  it('says why content cannot be recorded, for a generation', async () => {
    const { object } = await stored();
    const failure = { reason: 'RecordingFailed', message: 'exceeded quota' } as const;
    assert.deepEqual(notRecordedCondition(object, failure), {
      type: 'Recorded',
      status: 'False',
      ...failure,
      observedGeneration: 1,
    });
    const { generation: _, ...metadata } = object.metadata;
    assert.deepEqual(recordedCondition({ ...object, metadata }), {
      type: 'Recorded',
      status: 'True',
      reason: 'Recorded',
    });
  });

  it('conflicts if the object has changed since it was read', async () => {
    const { client, object } = await stored();
    await client.patch(environments, key, { metadata: { labels: { newer: 'yes' } } });
    await assert.rejects(writeStatus(client, 'Environment', object, { revision: 1 }), (error) => isConflict(error));
  });

  it('of a profile has no conditions', async () => {
    const client = createMemoryClient([[workloadProfiles, profile('team')]]);
    const object = await client.get<Definition>(workloadProfiles, { namespace: 'team', name: 'web' });
    await writeStatus(client, 'WorkloadProfile', object, { revision: 1 });
    const after = await client.get<Definition>(workloadProfiles, { namespace: 'team', name: 'web' });
    assert.deepEqual(after.status, { revision: 1 });
  });
});
