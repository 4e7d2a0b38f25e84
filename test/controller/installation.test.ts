import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { isInstalled, readInstallation } from '../../src/controller/installation.ts';
import { installedDefinition } from '../support/controller-scene.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedLog } from '../support/recorded-log.ts';

const withFinalizer = { ...installedDefinition, metadata: { ...installedDefinition.metadata, finalizers: ['x'] } };

describe('the installation', () => {
  it('is the uid of the CustomResourceDefinition of WorkloadDeployments, as soon as that can be read', async () => {
    const client = createMemoryClient();
    const { log, lines } = recordedLog();
    const sleep = async () => void (await client.create(customResourceDefinitions, installedDefinition));
    const { signal } = new AbortController();
    assert.equal(await readInstallation(client, { log, signal, sleep }), 'installation');
    assert.equal(lines.length, 1);
  });

  it('is unknown when the process stops leading first', async () => {
    const stopping = new AbortController();
    const sleep = () => Promise.resolve(stopping.abort());
    const { log } = recordedLog();
    assert.equal(await readInstallation(createMemoryClient(), { log, signal: stopping.signal, sleep }), undefined);
  });

  it('is there until its CustomResourceDefinition is terminating or another one', async () => {
    const client = createMemoryClient([[customResourceDefinitions, withFinalizer]]);
    assert.equal(await isInstalled(client, 'installation'), true);
    assert.equal(await isInstalled(client, 'another'), false);
    await client.delete(customResourceDefinitions, { name: installedDefinition.metadata.name });
    assert.equal(await isInstalled(client, 'installation'), false);
  });
});
