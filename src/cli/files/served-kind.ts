import { environments, group, kindNamed, kinds } from '../../api/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../api/object.ts';
import { didYouMean, nearestCandidate } from '../../domain/text/did-you-mean.ts';

/** Whether a manifest is of one of our kinds, which the webhook decides about. */
export function isDecided({ apiVersion, kind }: KubeObject): boolean {
  const known = kindNamed(kind);
  return known?.on === 'hub' && apiVersion === apiVersionOf(known.resource);
}

/** Two characters: `spectrocloud.con` is a slip, `cluster.spectrocloud.com` another group. */
const slip = 2;

/** Why a manifest is none that the API server serves, though it is meant for our group; `undefined` where it is, or is not ours. */
export function unservedKind(manifest: KubeObject): string | undefined {
  const { apiVersion, kind } = manifest;
  const known = kindNamed(kind);
  const givenGroup = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const isOurs =
    givenGroup === group || (known !== undefined && nearestCandidate(givenGroup, [group], slip) !== undefined);
  // A Workload is made on the spokes.
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
