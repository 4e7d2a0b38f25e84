import { environments, group, kindNamed, kindsOnHub } from '../api/kinds.ts';
import { apiVersionOf, type KubeObject } from '../api/object.ts';
import { didYouMean, nearestCandidate } from '../domain/text/did-you-mean.ts';

/** Whether a manifest is of one of our kinds on the hub, which are the only kinds that the webhook admits. */
export function isServedKind({ apiVersion, kind }: KubeObject): boolean {
  const known = kindNamed(kind);
  return known?.installedOn === 'hub' && apiVersion === apiVersionOf(known.resource);
}

/** The maximum number of wrong characters in a typo: `spectrocloud.con` is a typo, `cluster.spectrocloud.com` is another group. */
const maxTypos = 2;

/** Why the API server does not serve the kind of a manifest of our group; `undefined` if it does, or if the group is not ours. */
export function unservedKind(manifest: KubeObject): string | undefined {
  const { apiVersion, kind } = manifest;
  const known = kindNamed(kind);
  const givenGroup = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const isOurs =
    givenGroup === group || (known !== undefined && nearestCandidate(givenGroup, [group], maxTypos) !== undefined);
  // Workloads are created on the spokes.
  if (!isOurs || isServedKind(manifest) || known?.installedOn === 'spoke') return undefined;
  const served = apiVersionOf(environments);
  const version =
    apiVersion === served
      ? ''
      : `there is no ${apiVersion}${didYouMean(apiVersion, [served])} (mooring serves ${served})`;
  const names = kindsOnHub.map(({ resource }) => resource.kind);
  const unknown =
    known === undefined
      ? `there is no kind ${kind} in ${served}${didYouMean(kind, names)} (kinds: ${names.join(', ')})`
      : '';
  return [version, unknown].filter((problem) => problem !== '').join(', and ');
}
