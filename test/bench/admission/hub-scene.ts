import { setTimeout as sleep } from 'node:timers/promises';
import { applyObjects, buildNamespace, readObjects } from '../../../deploy/local/hub/apply/apply.ts';
import { waitForAdmission } from '../../../deploy/local/hub/apply/admission-ready.ts';
import { createHubClient } from '../../../deploy/local/hub/apply/hub-client.ts';
import { example } from '../../../deploy/local/hub/example.ts';
import { listRunningProcesses } from '../../../deploy/local/hub/processes/process-table.ts';
import { stopNamed } from '../../../deploy/local/hub/processes/stop.ts';
import { up, type Hub } from '../../../deploy/local/hub/up.ts';
import { waitFor } from '../../../deploy/local/hub/wait-for.ts';
import { definitionRevisions, environments, workloadDeployments, workloadProfiles } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { webhookConfigurationName } from '../../../src/api/names.ts';
import { webhookConfigurations } from '../../../src/tls/ca-bundle.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { getIfPresent } from '../../../src/kube/client/get-if-present.ts';
import { deployment, ocmEnvironment, webProfile } from '../../support/sample-objects.ts';
import { withoutAdmission } from '../../support/without-admission.ts';
import { inParallel } from './in-parallel.ts';
import type { LiveObject } from './reviews.ts';

/** A hub whose webhook is ready, and whose other processes of mooring are stopped. */
export interface Scene {
  hub: Hub;
  client: Client;
  webhookPid: number;
  /** The address of an action, such as `https://127.0.0.1:9443/mutate/<segment>?timeout=5s`. */
  urlOf: (action: 'mutate' | 'validate') => string;
  /** The Environment and the WorkloadDeployment of the complete example. */
  environment: LiveObject;
  deployment: LiveObject;
}

const perNamespace = 100;
const concurrency = 16;

export interface SceneOptions {
  directory: string;
  /** The number of WorkloadDeployments besides the complete example. */
  deployments: number;
  /** Creates other objects while the controller runs. */
  prepare?: (client: Client) => Promise<void>;
  print: (line: string) => void;
  /** The path of a built program for the roles. By default, they run from the sources. */
  program?: string;
  environment?: NodeJS.ProcessEnv;
}

/** Starts a hub with the complete example and some other WorkloadDeployments. */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const { directory, deployments, prepare, print, program, environment = process.env } = options;
  const hub = await up({ directory, environment, spokes: 0, ...(program === undefined ? {} : { program }), print });
  const client = createHubClient(hub.kubeconfig);
  const { namespace, environment: name, deployment: deploymentName } = example;
  await applyObjects(client, [buildNamespace(namespace), ...(await readObjects(example.file))]);
  await awaitRevision(client, namespace, name);
  await prepare?.(client);
  await fill(client, hub, deployments, print);
  await stopOthers(hub);
  const [webhook] = (await listRunningProcesses(hub.directory)).filter((running) => running.name === 'webhook');
  if (webhook === undefined) throw new Error('the webhook does not run');
  const paths = await webhookPaths(client);
  return {
    hub,
    client,
    webhookPid: webhook.pid,
    urlOf: (action) => `https://127.0.0.1:${hub.webhookPort}${paths[action]}?timeout=5s`,
    environment: await client.get(environments, { namespace, name }),
    deployment: await client.get(workloadDeployments, { namespace, name: deploymentName }),
  };
}

/** Stops what writes objects, so that only the webhook works during a measurement. */
async function stopOthers({ files }: Hub): Promise<void> {
  await stopNamed(files, ['controller', 'aggregator', 'ocm-stand-in']);
}

async function awaitRevision(client: Client, namespace: string, environment: string): Promise<void> {
  const name = `environment.${environment}.v1`;
  await waitFor(
    `revision v1 of Environment ${namespace}/${environment}`,
    () => getIfPresent(client, definitionRevisions, { namespace, name }),
    { timeoutMs: 600_000 },
  );
}

/** Creates WorkloadDeployments in namespaces of 100, each with a spoke namespace of its own. Those that exist stay. */
async function fill(client: Client, hub: Hub, count: number, print: (line: string) => void): Promise<void> {
  const { items } = await client.list(workloadDeployments, { metadataOnly: true });
  const existing = new Set(items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  if (existing.size - 1 > count) {
    throw new Error(`the hub in ${hub.directory} has ${existing.size - 1} deployments: run down --purge`);
  }
  if (existing.size - 1 === count) return;
  print(`creating ${count} WorkloadDeployments`);
  const teams = Array.from({ length: Math.ceil(count / perNamespace) }, (_, index) => `load-${index + 1}`);
  await inParallel(teams, concurrency, async (namespace) => {
    await applyObjects(client, [buildNamespace(namespace)]);
    await createMissing(client, namespace);
  });
  await inParallel(teams, concurrency, (namespace) => awaitRevision(client, namespace, 'primary'));
  await stopOthers(hub);
  const names = Array.from({ length: count }, (_, index) => ({
    namespace: `load-${Math.floor(index / perNamespace) + 1}`,
    name: `web-${index + 1}`,
  })).filter(({ namespace, name }) => !existing.has(`${namespace}/${name}`));
  const firsts = names.filter(({ namespace }, index) => names[index - 1]?.namespace !== namespace);
  const stamped = new Map<string, KubeObject>();
  await inParallel(firsts, concurrency, async (key) => {
    stamped.set(key.namespace, await client.create<KubeObject>(workloadDeployments, deploymentOf(key)));
  });
  // The others are the same apart from their names, so admission would only take time.
  await withoutAdmission(client, () =>
    inParallel(
      names.filter((key) => !firsts.includes(key)),
      concurrency,
      async (key) => {
        const made: KubeObject = deploymentOf(key);
        const { annotations = {}, finalizers = [] } = stamped.get(key.namespace)?.metadata ?? {};
        await client.create(workloadDeployments, { ...made, metadata: { ...made.metadata, annotations, finalizers } });
      },
    ),
  );
  await waitForAdmission(client, 60_000);
  await sleep(2000); // until the last event has reached the webhook
}

function deploymentOf(key: { namespace: string; name: string }) {
  return deployment({ ...key, environment: 'primary', profile: 'web', spokeNamespace: key.name });
}

async function createMissing(client: Client, namespace: string): Promise<void> {
  const objects = [
    [environments, ocmEnvironment({ namespace, name: 'primary' })],
    [workloadProfiles, webProfile({ namespace, name: 'web' })],
  ] as const;
  for (const [resource, object] of objects) {
    const existing = await getIfPresent(client, resource, { namespace, name: object.metadata.name });
    if (existing === undefined) await client.create(resource, object);
  }
}

/** The paths that the API server calls. They contain a random segment. */
async function webhookPaths(client: Client): Promise<Record<'mutate' | 'validate', string>> {
  const [mutate = '', validate = ''] = await Promise.all(
    webhookConfigurations.map(async (kind) => {
      const { webhooks = [] } = await client.get<WebhookConfiguration>(kind, { name: webhookConfigurationName });
      return webhooks[0]?.clientConfig.service?.path;
    }),
  );
  return { mutate, validate };
}

interface WebhookConfiguration extends KubeObject {
  webhooks?: { clientConfig: { service?: { path?: string } } }[];
}
