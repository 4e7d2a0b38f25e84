import type { Environment } from '../../src/api/environment.ts';
import type { Condition } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { eventually, getObject, kubectlOk, sharedHub } from './hub.ts';

/** One line for a condition: `True Applied`, `False NotFound`; `undefined` while there is none. */
export function conditionOf(status: { conditions?: Condition[] } | undefined, type: string): string | undefined {
  const found = status?.conditions?.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}`;
}

/** An Environment of the hub, once it is judged so at its present generation. */
export function waitForReadiness(verdict: 'Ready' | 'NotReady', namespace: string, name = 'primary'): Promise<Environment> {
  return eventually(`Environment ${namespace}/${name} is ${verdict}`, async () => {
    const found = await getObject<Environment>(['environment', name, '-n', namespace]);
    const current = found?.status?.observedGeneration === found?.metadata.generation;
    return found?.status?.status === verdict && current ? found : undefined;
  });
}

/** A WorkloadDeployment of the hub, once OCM has applied its newest work everywhere. */
export function waitUntilApplied(namespace: string, name = 'web', revision?: number): Promise<WorkloadDeployment> {
  return eventually(`deployment ${namespace}/${name} is applied`, async () => {
    const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
    if (conditionOf(found?.status, 'Applied') !== 'True Applied') return undefined;
    return revision === undefined || found?.status?.environment?.revision === revision ? found : undefined;
  });
}

const ourKinds = ['workloaddeployments', 'environments', 'workloadprofiles'];

/**
 * Deletes all that a test made in a namespace of the hub, users before what they use, and then the namespace; that one
 * is not waited for, because Kubernetes lets 5 s pass before it begins.
 */
export async function deleteTestObjects(namespace: string): Promise<void> {
  for (const kind of ourKinds) await kubectlOk(['delete', kind, '--all', '-n', namespace, '--timeout=40s']);
  await kubectlOk(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
}

/** Has namespaces that tests left deleted on every spoke; does not wait for it. */
export async function deleteSpokeNamespaces(...namespaces: readonly string[]): Promise<void> {
  const { spokes } = await sharedHub();
  await Promise.all(
    Object.keys(spokes).map((on) =>
      kubectlOk(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--wait=false'], { on }),
    ),
  );
}

/** `kind/namespace/name` of all that mooring and OCM keep on the hub for a namespace of the hub, sorted. */
export async function listTraces(namespace: string): Promise<string[]> {
  const kinds =
    'environments,workloaddeployments,workloadprofiles,definitionrevisions,placements,manifestworkreplicasets,manifestworks';
  const { items }: { items: Trace[] } = JSON.parse(await kubectlOk(['get', kinds, '-A', '-o', 'json']));
  // Hub objects are named after the deployment or Environment; their annotations and works name the namespace.
  return items
    .filter((item) => item.metadata.namespace === namespace || JSON.stringify(item).includes(`"${namespace}`))
    .map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`)
    .toSorted();
}

interface Trace {
  kind: string;
  metadata: { namespace?: string; name: string };
}
