import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { down } from '../../deploy/local/hub/down.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import { up } from '../../deploy/local/hub/up.ts';
import { environments } from '../../src/api/kinds.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { ocmEnvironment } from '../support/sample-objects.ts';

/** Prints how the memory of the webhook grows with the number of revisions. It caches only the metadata of revisions. */
const directory = process.argv[2] ?? join(import.meta.dirname, '..', '..', '.local', 'bench');
const objects = 5;
const rounds = 100;
const contentBytes = 100 * 1024;
const print = (line: string) => void process.stdout.write(`${line}\n`);
const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

const controllerFlags = ['--revision-history-limit=0'];
const hub = await up({ directory, environment: process.env, spokes: 0, controllerFlags, print });
const client = createHubClient(hub.kubeconfig);
const namespace = `memory-${Date.now().toString(36)}`;
const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
const names = Array.from({ length: objects }, (_, index) => `big-${index + 1}`);
const payload = () => randomBytes(contentBytes / 2).toString('hex');

/** The resident memory and the heap of the webhook according to its metrics. */
async function memory(): Promise<{ resident: number; heap: number }> {
  const text = await (await fetch(`http://127.0.0.1:${portOf(hub.state, 'webhook-health')}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return { resident: value('process_resident_memory_bytes'), heap: value('nodejs_heap_size_used_bytes') };
}

async function edit(name: string): Promise<void> {
  const body = { metadata: { annotations: { payload: payload() } } };
  for (;;) {
    try {
      await client.patch(environments, { namespace, name }, body);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 429) throw error;
      await sleep(50);
    }
  }
}

async function round(times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) await Promise.all(names.map(edit));
}

for (const name of names) await client.create(environments, ocmEnvironment({ namespace, name }));
// Requests need memory while they run. So some edits are made first, until the heap has a stable size.
await round(rounds / 5);
const before = await memory();
print(
  `after ${(objects * rounds) / 5} revisions of 100 KiB: resident ${mib(before.resident)}, heap ${mib(before.heap)}`,
);
await round(rounds);
const after = await memory();
print(`after ${objects * rounds} more: resident ${mib(after.resident)}, heap ${mib(after.heap)}`);
print(
  `growth: ${mib(after.resident - before.resident)} resident, for ${mib(objects * rounds * contentBytes)} of content`,
);
await down({ directory, purge: true, print });
