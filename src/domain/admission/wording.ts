import { topologyOf } from '../json/fields.ts';
import type { Facts, RequestFacts, Referrer, MaybeNamed } from './facts.ts';

/** Phrases that the messages of several rules share. */

/** At most five names, then a count: `a, b, c and 3 more`. */
export function joinNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** ` on spoke1, spoke2`; empty if the clusters are not known. */
export function onClusters(clusters: readonly string[] | undefined): string {
  return clusters === undefined || clusters.length === 0 ? '' : ` on ${joinNames(clusters)}`;
}

/** Another object by name, or without its name if the requester may not see it. */
export function otherObject(kind: string, { namespace, name, visible }: MaybeNamed): string {
  return visible ? `${kind} ${namespace}/${name}` : `another ${kind}`;
}

/** Objects by name, at most five, and how many more: `Environment a/b, c/d and 4 more`. */
export function namedOrCounted(kind: string, objects: readonly MaybeNamed[]): string {
  const named = objects.filter(({ visible }) => visible).slice(0, 5);
  const rest = objects.length - named.length;
  if (named.length === 0) return rest === 1 ? `1 ${kind}` : `${rest} ${kind}s`;
  const names = named.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  return `${kind} ${names}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Referrers by name, at most five of each kind, and how many more: `Environment a/b and WorkloadDeployment c/d and 2 more`. */
export function referrersByKind(referrers: readonly Referrer[]): string {
  const kinds = [...new Set(referrers.map(({ kind }) => kind))].toSorted();
  return kinds
    .map((each) =>
      namedOrCounted(
        each,
        referrers.filter(({ kind }) => kind === each),
      ),
    )
    .join(' and ');
}

/** How to prove that two deployments of different hub namespaces never meet on a cluster. */
export const disjointPredicates =
  'predicates that require a label value which those of the other exclude (cluster sets may overlap)';

/** The clusters on which `orphan: true` is not confirmed yet, and how long to wait for that. */
export function waitForOrphanConfirmation(clusters: readonly string[]): string {
  return `on ${joinNames(clusters)}, where orphan: true is not applied yet; try again when status.orphanPendingClusters of the deployment is empty`;
}

/**
 * What a message about the deletion of a namespace leaves open: an owner that the requester may not see keeps it. The phrase does not
 * depend on whether there is one.
 */
export function unlessHiddenOwner({
  enforcement,
  seesAllDeployments = false,
}: Pick<Facts, 'enforcement' | 'seesAllDeployments'>): string {
  if (enforcement === 'apply') return ', unless a WorkloadDeployment of another hub namespace owns it there';
  return seesAllDeployments ? '' : ', unless a WorkloadDeployment that you may not see owns it too';
}

/** How to keep a spoke namespace, in terms of the object that the request changes. */
export function howToKeep({ enforcement, request }: Pick<Facts, 'enforcement' | 'request'>): string {
  const { kind, object, oldObject } = request;
  if (kind !== 'Environment') {
    // The blocked change was requested earlier, so the Environment that the deployment asks for is not the applied one.
    const revert = enforcement === 'apply' ? 'revert this change and ' : '';
    return `${revert}let its Environment keep it (spokeNamespace.orphan: true, or a deleteOption that orphans it)`;
  }
  const isTopologyOcm = topologyOf(oldObject ?? object)['type'] === 'topology-ocm';
  if (isTopologyOcm) return 'set spokeNamespace.orphan: true and change nothing else';
  return 'set a deleteOption that keeps it (SelectivelyOrphan with a rule for the namespace) and change nothing else';
}

/**
 * The message about one deployment. It names the deployment if the request is about an Environment or a topology. A requester who may
 * not see the deployment gets the hidden message.
 */
export function messageFor(
  { kind }: RequestFacts,
  deployment: MaybeNamed,
  { message, hiddenMessage }: { message: string; hiddenMessage: string },
): string {
  if (kind === 'WorkloadDeployment') return message;
  return deployment.visible
    ? `${otherObject('WorkloadDeployment', deployment)}: ${message}`
    : `a WorkloadDeployment that you may not see: ${hiddenMessage}`;
}
