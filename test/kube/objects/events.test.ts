import assert from 'node:assert/strict';
import { createClient } from '../../../src/kube/client/client.ts';
import { type EventToRecord, recordEvent } from '../../../src/kube/objects/events.ts';
import { isJsonObject } from '../../../src/api/object.ts';
import { configMap } from '../../support/config-maps.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { echo, refuse, ScriptedApiServer } from '../../support/scripted-api-server.ts';

const call = 'POST /apis/events.k8s.io/v1/namespaces/default/events';

describe('recordEvent', () => {
  let server: ScriptedApiServer;
  const record = recordedLog();
  const send = async (event: Partial<EventToRecord> = {}) => {
    const client = createClient(await server.kubeConfig(), { log: record.log, userAgent: 'mooring/test' });
    const whole: EventToRecord = {
      object: configMap('a', '7'),
      type: 'Normal',
      reason: 'Ready',
      message: 'all is well',
      component: 'mooring-test',
      ...event,
    };
    await recordEvent(client, whole, { log: record.log, now: () => 0 });
    const body = server.seen[0]?.body;
    return isJsonObject(body) ? body : {};
  };

  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
    server.on(call, echo);
  });
  afterEach(() => server.stop());

  it('writes all fields that events.k8s.io/v1 requires', async () => {
    const { metadata, ...rest } = await send();
    assert.match(JSON.stringify(metadata), /^\{"name":"a\.[0-9a-f]{16}","namespace":"default"\}$/);
    assert.deepEqual(rest, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      eventTime: '1970-01-01T00:00:00.000000Z',
      type: 'Normal',
      reason: 'Ready',
      action: 'Ready',
      note: 'all is well',
      regarding: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'a',
        namespace: 'default',
        uid: 'uid-of-a',
        resourceVersion: '7',
      },
      reportingController: 'mooring-test',
      reportingInstance: 'mooring-test',
    });
  });

  it('writes Events about cluster-scoped objects into default', async () => {
    await send({ object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } } });
    assert.equal(server.seen[0]?.call, call);
  });

  it('truncates a long message between characters', async () => {
    const { note } = await send({ message: `a${'ä'.repeat(2000)}` });
    assert.ok(typeof note === 'string' && Buffer.byteLength(note) <= 1024 && /^aä+…$/.test(note));
  });

  it('never throws', async () => {
    server.on(call, refuse(403, 'Forbidden'));
    await send();
    assert.equal(record.lines.at(-1)?.level, 'warn');
  });
});
