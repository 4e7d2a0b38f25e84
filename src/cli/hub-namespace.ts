import { clusterSetBinding, hubNamespaceBinding, roleBindings } from '../api/hub-namespace.ts';
import { systemNamespace } from '../api/names.ts';
import type { KubeObject, Resource } from '../api/object.ts';
import { namespaces } from '../kube/objects/namespaces.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { CommandFailed } from './live/command-failed.ts';
import { cliFieldManager } from './live/connection.ts';
import { runLive, type LiveTerminal } from './live/live-command.ts';
import { printGrant, readNamespaceName, yamlDocuments, type GrantOptions } from './grant.ts';
import type { Terminal } from './output/terminal.ts';

/** Options of `mooring hub-namespace open`. */
export interface OpenOptions {
  clusterSet?: string[];
  apply?: boolean;
  /** The namespace of the controller's service account. */
  mooringNamespace?: string;
  kubeconfig?: string;
  context?: string;
}

/** An object to apply, with its resource. */
interface Opening {
  resource: Resource;
  object: KubeObject;
}

const clusterSetBindings: Resource = {
  group: 'cluster.open-cluster-management.io',
  version: 'v1beta2',
  kind: 'ManagedClusterSetBinding',
  plural: 'managedclustersetbindings',
  namespaced: true,
};

/**
 * `mooring hub-namespace open`: prints or applies what permits the controller to write in a hub namespace. The help
 * documents the exit code.
 */
export async function openHubNamespace(name: string, options: OpenOptions, terminal: LiveTerminal): Promise<number> {
  const openings = openingsOf(readNamespaceName(name), options);
  if (options.apply !== true) {
    terminal.out(yamlDocuments(openings.map(({ object }) => object)));
    return 0;
  }
  const liveOptions = { ...options, systemNamespace };
  return runLive({ name: 'hub-namespace open', failure: 1 }, liveOptions, terminal, async ({ client, warn }) => {
    if ((await getIfPresent(client, namespaces, { name }, { metadataOnly: true })) === undefined) {
      throw new CommandFailed(`namespace ${name} does not exist: create it with kubectl create namespace ${name}`);
    }
    for (const { resource, object } of openings) {
      await client.apply(resource, object, { fieldManager: cliFieldManager, onWarning: warn });
      terminal.out(`${resource.kind.toLowerCase()}.${resource.group}/${object.metadata.name} applied\n`);
    }
    return 0;
  });
}

/** `mooring hub-namespace allow`: prints the right to name a hub namespace in an Environment. Throws UsageError. */
export function allowHubNamespace(name: string, options: GrantOptions, terminal: Terminal): number {
  return printGrant('hub', name, options, terminal);
}

function openingsOf(namespace: string, { clusterSet = [], mooringNamespace }: OpenOptions): Opening[] {
  return [
    { resource: roleBindings, object: hubNamespaceBinding(namespace, mooringNamespace) },
    ...clusterSet.map((name) => ({ resource: clusterSetBindings, object: clusterSetBinding(namespace, name) })),
  ];
}
