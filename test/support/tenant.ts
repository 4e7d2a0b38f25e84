import type { Environment } from '../../src/api/environment.ts';
import type { Condition } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { eventually, getObject, kubectlOk, sharedHub } from './hub.ts';

/** The status and the reason of a condition, for example `True Applied`. Undefined if the condition does not exist. */
export function conditionOf(status: { conditions?: Condition[] } | undefined, type: string): string | undefined {
  const found = status?.conditions?.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}`;
}

/** Waits until the status of an Environment has this readiness for its present generation. */
export function waitForReadiness(
  readiness: 'Ready' | 'NotReady',
  namespace: string,
  name = 'primary',
): Promise<Environment> {
  return eventually(`Environment ${namespace}/${name} is ${readiness}`, async () => {
    const found = await getObject<Environment>(['environment', name, '-n', namespace]);
    const current = found?.status?.observedGeneration === found?.metadata.generation;
    return found?.status?.status === readiness && current ? found : undefined;
  });
}

/** Waits until OCM has applied the present ManifestWorks of a WorkloadDeployment on all clusters. */
export function waitUntilApplied(namespace: string, name = 'web', revision?: number): Promise<WorkloadDeployment> {
  return eventually(`deployment ${namespace}/${name} is applied`, async () => {
    const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
    if (conditionOf(found?.status, 'Applied') !== 'True Applied') return undefined;
    return revision === undefined || found?.status?.environment?.revision === revision ? found : undefined;
  });
}

const ourKinds = ['workloaddeployments', 'environments', 'workloadprofiles'];

/**
 * Deletes the objects of a test in a namespace of the hub, referrers first, and then the namespace. It does not wait for the
 * deletion of the namespace, because Kubernetes begins that after 5 s.
 */
export async function deleteTestObjects(namespace: string): Promise<void> {
  for (const kind of ourKinds) await kubectlOk(['delete', kind, '--all', '-n', namespace, '--timeout=40s']);
  await kubectlOk(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
}

/** Deletes namespaces of tests on every spoke without waiting. */
export async function deleteSpokeNamespaces(...namespaces: readonly string[]): Promise<void> {
  const { spokes } = await sharedHub();
  await Promise.all(
    Object.keys(spokes).map((on) =>
      kubectlOk(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--wait=false'], { on }),
    ),
  );
}

/** The sorted `kind/namespace/name` of all objects on the hub that exist because of a namespace of the hub. */
export async function listTraces(namespace: string): Promise<string[]> {
  const kinds =
    'environments,workloaddeployments,workloadprofiles,definitionrevisions,placements,manifestworkreplicasets,manifestworks';
  const { items }: { items: Trace[] } = JSON.parse(await kubectlOk(['get', kinds, '-A', '-o', 'json']));
  // The names of rendered objects do not contain the namespace, but their annotations and ManifestWorks do.
  return items
    .filter((item) => item.metadata.namespace === namespace || JSON.stringify(item).includes(`"${namespace}`))
    .map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`)
    .toSorted();
}

interface Trace {
  kind: string;
  metadata: { namespace?: string; name: string };
}
