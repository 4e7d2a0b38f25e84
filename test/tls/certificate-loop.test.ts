import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { runCertificateLoop } from '../../src/tls/certificate-loop.ts';
import { defaultTimes } from '../../src/tls/rotation.ts';
import { secretResource, type Secret } from '../../src/tls/secret.ts';
import { servingSecretName } from '../../src/tls/store.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { createSegments } from './path-segments.ts';
import { recordingLog } from './recording-log.ts';
import { installedConfigurations } from './webhook-configurations.ts';

const namespace = 'mooring-system';

describe('the certificate loop', () => {
  it('creates the certificates, creates them again after a deletion, and ends with its signal', async () => {
    const client = createMemoryClient(installedConfigurations());
    const stop = new AbortController();
    let changes = 0;
    const loop = runCertificateLoop({
      client,
      namespace,
      now: Date.now,
      log: recordingLog(),
      createSegment: createSegments(),
      dnsNames: ['localhost'],
      ipAddresses: [],
      times: defaultTimes,
      onWebhookChange: () => void (changes += 1),
      signal: stop.signal,
    });
    try {
      const first = await servingUid();
      await client.delete(secretResource, { namespace, name: servingSecretName });
      assert.notEqual(await servingUid(), first);
      assert.ok(changes >= 2, 'both webhook configurations were reported');
    } finally {
      stop.abort();
      await loop;
    }

    async function servingUid(): Promise<string | undefined> {
      for (;;) {
        const { items } = await client.list<Secret>(secretResource, { namespace });
        const found = items.find(({ metadata }) => metadata.name === servingSecretName);
        if (found !== undefined) return found.metadata.uid;
        await pause(5);
      }
    }
  });
});
