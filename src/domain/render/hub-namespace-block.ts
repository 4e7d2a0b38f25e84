import type { HubObject } from './hub-objects.ts';
import type { RenderIdentity } from './render-identity.ts';

/** What decides whether an Environment may use the hub namespaces of a render. */
export interface HubNamespaceSources {
  environment: RenderIdentity['environment'];
  /** Those that the stamps of the Environment and of the rendered revision list. */
  allowed: readonly string[];
  /** Those that every Environment may use. */
  shared: readonly string[];
}

/**
 * Why a render must not be written: it has an object in a hub namespace that nobody who may use it has put into the Environment.
 * Admission denies such an Environment, so it was written while the webhook was not installed.
 */
export function hubNamespaceBlock(
  objects: readonly HubObject[],
  { environment: { namespace, name, revision }, allowed, shared }: HubNamespaceSources,
): { reason: 'HubNamespaceNotAllowed'; message: string } | undefined {
  const used = objects.map(({ metadata }) => metadata.namespace);
  const other = used.find((hubNamespace) => !allowed.includes(hubNamespace) && !shared.includes(hubNamespace));
  if (other === undefined) return undefined;
  return {
    reason: 'HubNamespaceNotAllowed',
    message:
      `revision ${revision} of Environment ${namespace}/${name} names hub namespace ${other}, and no user who may use it has set it there: ` +
      `let a user with the verb use on hubnamespaces.spectrocloud.com/${other} run \`kubectl patch environment ${name} -n ${namespace} --type merge -p '{}'\``,
  };
}
