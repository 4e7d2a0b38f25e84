import { crdNameOf, customResourceDefinitions } from '../api/crd.ts';
import { kindsOfUsers, kindsOnHub, workloadDeployments } from '../api/kinds.ts';
import { accountOf, systemNamespace } from '../api/names.ts';
import { keyOf, type KubeObject, type Resource } from '../api/object.ts';
import { manifestWorkReplicaSets } from '../api/ocm.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import {
  allowDeletionAnnotation,
  deleteWorkloadsAnnotation,
  deploymentHashLabel,
  finalizer,
} from '../domain/annotations.ts';
import type { Client } from '../kube/client/client.ts';
import { isServed } from '../kube/client/discovery.ts';
import { ApiError, isConflict, isNotFound, mayNotBeServed } from '../kube/client/errors.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { leases, type Lease } from '../kube/leader/lease.ts';
import { sleep } from '../kube/sleep.ts';
import { webhookConfigurations } from '../tls/ca-bundle.ts';
import { CommandFailed } from './live/command-failed.ts';
import { runLive, type LiveTerminal } from './live/live-command.ts';
import { readTimeout } from './live/timeout.ts';

/** Options of `mooring uninstall`. */
export interface UninstallOptions {
  deleteWorkloads?: boolean;
  yes?: boolean;
  /** Seconds. */
  timeout: string;
  mooringNamespace: string;
  kubeconfig?: string;
  context?: string;
}

interface Uninstall {
  client: Client;
  terminal: LiveTerminal;
  timeoutMs: number;
}

const admissionregistration = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

/** What admission of mooring consists of. Without the webhook, its configurations would deny every change. */
const admissionResources: readonly Resource[] = [
  ...webhookConfigurations,
  {
    ...admissionregistration,
    kind: 'ValidatingAdmissionPolicyBinding',
    plural: 'validatingadmissionpolicybindings',
  },
  { ...admissionregistration, kind: 'ValidatingAdmissionPolicy', plural: 'validatingadmissionpolicies' },
];

const ourLabel = 'app.kubernetes.io/name=mooring';
const pollMs = 500;

/** `mooring uninstall`: removes the kinds of mooring and their objects. The help documents options and exit codes. */
export async function uninstall(options: UninstallOptions, terminal: LiveTerminal): Promise<number> {
  const liveOptions = { ...options, systemNamespace };
  return runLive({ name: 'uninstall', failure: 1 }, liveOptions, terminal, async ({ client }) => {
    const context = { client, terminal, timeoutMs: readTimeout(options.timeout) };
    const deletesWorkloads = options.deleteWorkloads === true;
    await printPlan(context, deletesWorkloads);
    if (options.yes !== true) {
      terminal.out(
        `nothing is removed; save objects and histories with \`${terminal.program} export FILE\`, then run it again with --yes\n`,
      );
      return 0;
    }
    await requireController(context, options.mooringNamespace, deletesWorkloads);
    if (deletesWorkloads) await deleteObjects(context);
    await deleteAdmission(context);
    await deleteKinds(context);
    terminal.out(
      'done; delete the rest of the installation with `kubectl delete -f deploy/mooring.yaml -f deploy/rbac.yaml`\n',
    );
    return 0;
  });
}

async function printPlan({ client, terminal }: Uninstall, deletesWorkloads: boolean): Promise<void> {
  for (const { resource } of kindsOnHub) {
    const objects = await listIfServed(client, resource);
    terminal.out(`${resource.kind}: ${objects.length} ${objects.length === 1 ? 'object' : 'objects'} to remove\n`);
  }
  const replicaSets = await listIfServed(client, manifestWorkReplicaSets, deploymentHashLabel);
  const fate = deletesWorkloads
    ? 'deleted, and the workloads on the spokes with them'
    : 'kept, so that OCM keeps the workloads on the spokes';
  terminal.out(`${manifestWorkReplicaSets.kind}: ${replicaSets.length} of mooring, which are ${fate}\n`);
}

/** A running controller would delete the workloads of deployments that are deleted; to delete the workloads, one has to run. */
async function requireController({ client, terminal }: Uninstall, namespace: string, isNeeded: boolean): Promise<void> {
  const name = accountOf('controller');
  const lease = await getIfPresent<Lease>(client, leases, { namespace, name });
  const isRunning = isHeld(lease, terminal.now());
  if (isRunning === isNeeded) return;
  const scale = `kubectl scale deployment ${name} -n ${namespace} --replicas=${isNeeded ? 1 : 0}`;
  throw new CommandFailed(
    isNeeded
      ? `the controller does not run, so nobody deletes the workloads; start it first: ${scale}`
      : `the controller runs (Lease ${namespace}/${name} is held), and would delete the workloads; stop it first, and wait until the Lease has expired: ${scale}`,
  );
}

function isHeld(lease: Lease | undefined, now: number): boolean {
  const { holderIdentity = '', renewTime = '', leaseDurationSeconds = 0 } = lease?.spec ?? {};
  const renewed = Date.parse(renewTime);
  return holderIdentity !== '' && !Number.isNaN(renewed) && renewed + leaseDurationSeconds * 1000 > now;
}

/** Deletes deployments, waits until the controller has removed their workloads, and then deletes what they refer to. */
async function deleteObjects(context: Uninstall): Promise<void> {
  const { client, terminal } = context;
  await confirmToController(client);
  for (const object of await listIfServed(client, workloadDeployments)) {
    await deleteObject(context, workloadDeployments, object);
  }
  await waitUntilEmpty(context, workloadDeployments, describeDeployment);
  for (const { resource } of kindsOfUsers) {
    if (resource === workloadDeployments) continue;
    for (const object of await listIfServed(client, resource)) {
      await deleteObject(context, resource, object);
    }
    await waitUntilEmpty(context, resource, keyOf);
  }
  terminal.out('all workloads are deleted\n');
}

/** Admission cannot decide for a moment after the kind of deployments is gone, because the discovery may still contain it. */
async function deleteObject(context: Uninstall, resource: Resource, object: KubeObject): Promise<void> {
  let problem = '';
  await waitFor(
    context,
    () => `${resource.kind} ${keyOf(object)} (${problem})`,
    async () => {
      try {
        await context.client.delete(resource, { ...object.metadata }, { uid: object.metadata.uid });
        return true;
      } catch (error) {
        if (isNotFound(error)) return true;
        if (!(error instanceof ApiError) || (error.code !== 429 && error.code < 500)) throw error;
        problem = error.message;
        return false;
      }
    },
  );
}

/** If the kind of deployments is being deleted already, the controller keeps their workloads until this annotation confirms it. */
async function confirmToController(client: Client): Promise<void> {
  const name = crdNameOf(workloadDeployments);
  const crd = await getIfPresent(client, customResourceDefinitions, { name }, { metadataOnly: true });
  if (crd?.metadata.deletionTimestamp === undefined) return;
  const annotations = { [deleteWorkloadsAnnotation]: crd.metadata.uid ?? '' };
  await client.patch(customResourceDefinitions, { name }, { metadata: { annotations } });
}

function describeDeployment(object: KubeObject): string {
  const { conditions = [] } = (object as WorkloadDeployment).status ?? {};
  const message = conditions.find(({ type }) => type === 'Deleting')?.message;
  return message === undefined ? keyOf(object) : `${keyOf(object)} (${message})`;
}

async function deleteAdmission({ client, terminal }: Uninstall): Promise<void> {
  for (const resource of admissionResources) {
    for (const { metadata } of await listIfServed(client, resource, ourLabel)) {
      await client.delete(resource, { name: metadata.name });
      terminal.out(`${resource.kind} ${metadata.name} deleted\n`);
    }
  }
}

/** Deletes the CustomResourceDefinitions, and removes our finalizer from their objects, because the controller may not run. */
async function deleteKinds(context: Uninstall): Promise<void> {
  const { client, terminal } = context;
  for (const { resource } of kindsOnHub) {
    const name = crdNameOf(resource);
    const crd = await getIfPresent(client, customResourceDefinitions, { name }, { metadataOnly: true });
    if (crd === undefined) continue;
    const { uid = '' } = crd.metadata;
    // The policy that guards CustomResourceDefinitions may still be in effect for a moment.
    const annotations = { [allowDeletionAnnotation]: uid };
    await client.patch(customResourceDefinitions, { name }, { metadata: { annotations } });
    await client.delete(customResourceDefinitions, { name }, { uid });
    await waitFor(context, `CustomResourceDefinition ${name}`, async () => {
      await removeFinalizers(client, resource);
      return (await getIfPresent(client, customResourceDefinitions, { name }, { metadataOnly: true })) === undefined;
    });
    terminal.out(`CustomResourceDefinition ${name} deleted\n`);
  }
}

async function removeFinalizers(client: Client, resource: Resource): Promise<void> {
  for (const { metadata } of await listIfServed(client, resource)) {
    const finalizers = metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) continue;
    const { namespace, name, resourceVersion = '' } = metadata;
    const remaining = finalizers.filter((other) => other !== finalizer);
    try {
      await client.patch(resource, { namespace, name }, { metadata: { resourceVersion, finalizers: remaining } });
    } catch (error) {
      // It is gone, with its kind or before it, or it has changed: the next round reads it again.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}

async function waitUntilEmpty(
  context: Uninstall,
  resource: Resource,
  describe: (object: KubeObject) => string,
): Promise<void> {
  let left: KubeObject[] = [];
  const isEmpty = async () => {
    left = await listIfServed(context.client, resource, undefined, false);
    return left.length === 0;
  };
  await waitFor(context, () => `${resource.kind} ${left.slice(0, 3).map(describe).join(', ')}`, isEmpty);
}

async function waitFor(
  { timeoutMs }: Uninstall,
  what: string | (() => string),
  isDone: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await isDone())) {
    if (performance.now() >= end) {
      const waitsFor = typeof what === 'string' ? what : what();
      throw new CommandFailed(`${waitsFor} still exists after ${timeoutMs / 1000} s; run the command again to go on`);
    }
    await sleep(pollMs);
  }
}

/** The objects of a kind; none if the kind is not served. */
async function listIfServed(
  client: Client,
  resource: Resource,
  labelSelector?: string,
  metadataOnly = true,
): Promise<KubeObject[]> {
  try {
    const options = { metadataOnly, ...(labelSelector === undefined ? {} : { labelSelector }) };
    return (await client.list(resource, options)).items;
  } catch (error) {
    if (mayNotBeServed(error) && !(await isServed(client, resource))) return [];
    throw error;
  }
}
