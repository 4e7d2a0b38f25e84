import type { RequestFacts, Referrer, MaybeNamed } from './facts.ts';
import { topologyOf } from '../json/fields.ts';

/** The words that messages of rules share. */

/** At most five names, then a count: `a, b, c and 3 more`. */
export function joinNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** ` on spoke1, spoke2`; nothing where the clusters are not known. */
export function onClusters(clusters: readonly string[] | undefined): string {
  return clusters === undefined || clusters.length === 0 ? '' : ` on ${joinNames(clusters)}`;
}

/** Another object by name, or without one where the requester may not see it. */
export function otherObject(kind: string, { namespace, name, visible }: MaybeNamed): string {
  return visible ? `${kind} ${namespace}/${name}` : `another ${kind}`;
}

/** Objects by name, five at most, and how many more: `Environment a/b, c/d and 4 more`. */
export function namedOrCounted(kind: string, objects: readonly MaybeNamed[]): string {
  const named = objects.filter(({ visible }) => visible).slice(0, 5);
  const rest = objects.length - named.length;
  if (named.length === 0) return rest === 1 ? `1 ${kind}` : `${rest} ${kind}s`;
  const names = named.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  return `${kind} ${names}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Users by name, five of each kind at most, and how many more: `Environment a/b and WorkloadDeployment c/d and 2 more`. */
export function referrersByKind(users: readonly Referrer[]): string {
  const kinds = [...new Set(users.map(({ kind }) => kind))].toSorted();
  return kinds
    .map((each) =>
      namedOrCounted(
        each,
        users.filter(({ kind }) => kind === each),
      ),
    )
    .join(' and ');
}

/** Where the agents have not heard yet that a namespace is to be kept, and until when to wait. */
export function waitForOrphanConfirmation(clusters: readonly string[]): string {
  return `on ${joinNames(clusters)}, where it is not applied yet that the namespace is kept; try again when status.pendingClusters of the deployment is empty`;
}

/** How to keep a spoke namespace, in the words of what the request is about. */
export function howToKeep({ kind, object, oldObject }: RequestFacts): string {
  const topology = topologyOf(oldObject ?? object);
  if (kind !== 'Environment') {
    // What the controller holds was asked for already, and so is not what is applied.
    const back = object === undefined && oldObject === undefined ? 'take this change back and ' : '';
    return `${back}let its Environment keep it (spokeNamespace.orphan: true, or a deleteOption that orphans it)`;
  }
  if (topology['type'] === 'topology-ocm') return 'set spokeNamespace.orphan: true and change nothing else';
  return 'let a deleteOption keep it (SelectivelyOrphan with a rule for the namespace) and change nothing else';
}

/**
 * What is said of a deployment: of which one, where the request is about an Environment, and of one that the requester may
 * not see no more than what happens to it.
 */
export function messageFor(
  { kind }: RequestFacts,
  deployment: MaybeNamed,
  { message, hidden }: { message: string; hidden: string },
): string {
  if (kind !== 'Environment') return message;
  return deployment.visible
    ? `${otherObject('WorkloadDeployment', deployment)}: ${message}`
    : `a WorkloadDeployment that you may not see: ${hidden}`;
}
