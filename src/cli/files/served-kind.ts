import { environments, group, kindNamed, kinds } from '../../api/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../api/object.ts';
import { didYouMean, nearestCandidate } from '../../domain/text/did-you-mean.ts';

/** Whether admission decides about a manifest: it is of one of our kinds. */
export function isDecided({ apiVersion, kind }: KubeObject): boolean {
  const known = kindNamed(kind);
  return known?.on === 'hub' && apiVersion === apiVersionOf(known.resource);
}

/** A typing error changes at most two characters: `spectrocloud.con` is one, `cluster.spectrocloud.com` is another group. */
const typingError = 2;

/** Why the API server does not serve a manifest of our group; `undefined` if it does, or if the manifest is of another group. */
export function unservedKind(manifest: KubeObject): string | undefined {
  const { apiVersion, kind } = manifest;
  const known = kindNamed(kind);
  const givenGroup = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const isOurs =
    givenGroup === group || (known !== undefined && nearestCandidate(givenGroup, [group], typingError) !== undefined);
  // Workloads are on the spokes.
  if (!isOurs || isDecided(manifest) || known?.on === 'spoke') return undefined;
  const served = apiVersionOf(environments);
  const version =
    apiVersion === served ? '' : `there is no ${apiVersion}${didYouMean(apiVersion, [served])} (this is ${served})`;
  const names = kinds.filter(({ on }) => on === 'hub').map(({ resource }) => resource.kind);
  const unknown =
    known === undefined
      ? `there is no kind ${kind} in ${served}${didYouMean(kind, names)} (kinds: ${names.join(', ')})`
      : '';
  return [version, unknown].filter((problem) => problem !== '').join(', and ');
}
