import { keyOf, type KubeObject } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import {
  acknowledgedNamespacesOf,
  readAcknowledgement,
  type AcknowledgementGrant,
} from '../../domain/admission/acknowledgement.ts';
import {
  acknowledgeAnnotation,
  acknowledgedRevisionAnnotation,
  environmentAnnotation,
} from '../../domain/annotations.ts';
import { isTerminating, revisionName } from '../../domain/revisions/revision.ts';
import type { ControllerCaches } from '../caches.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import type { Rendered } from './desired-state.ts';

export interface AcknowledgementOptions {
  caches: ControllerCaches;
  appliedReplicaSets: Pick<AppliedReplicaSets, 'of'>;
}

/**
 * What is acknowledged for the next write, by the deployment itself or by its Environment: codes of rules, for deployments of the
 * own hub namespace and of those where admission found that the requester may override too.
 */
export function acknowledgedForWrite(
  deployment: WorkloadDeployment,
  { environment }: Pick<Rendered, 'environment'>,
  options: AcknowledgementOptions,
): AcknowledgementGrant[] {
  const definition = options.caches.definitions.Environment.get(environment.namespace, environment.name);
  return [
    grantOf(deployment, byDeployment(deployment)),
    ...(definition === undefined ? [] : [grantOf(definition, byEnvironment(deployment, environment, options))]),
  ];
}

/** What a deleted deployment acknowledges for the removal of everything that it has on the hub. */
export function acknowledgedForRelease(deployment: KubeObject): AcknowledgementGrant[] {
  return [grantOf(deployment, readAcknowledgement(deployment.metadata.annotations?.[acknowledgeAnnotation]))];
}

/** What is acknowledged for what is applied, whether or not the acknowledged write is done. */
export function standingAcknowledgements(
  deployment: WorkloadDeployment,
  { environment: { namespace, name, revision } }: Pick<Rendered, 'environment'>,
  { caches: { definitions } }: Pick<AcknowledgementOptions, 'caches'>,
): AcknowledgementGrant[] {
  const own = acknowledgedForRelease(deployment);
  const live = definitions.Environment.get(namespace, name);
  if (live === undefined || isTerminating(live)) return own;
  const { annotations = {} } = live.metadata;
  if (annotations[acknowledgedRevisionAnnotation] !== String(revision)) return own;
  return [...own, grantOf(live, readAcknowledgement(annotations[acknowledgeAnnotation]))];
}

function grantOf(object: KubeObject, codes: readonly string[]): AcknowledgementGrant {
  const hubNamespaces = [object.metadata.namespace ?? '', ...acknowledgedNamespacesOf(object)];
  return { codes: new Set(codes), hubNamespaces: new Set(hubNamespaces) };
}

/** An acknowledgement of a deployment is valid for one write; the status then contains it as consumed. */
function byDeployment({ metadata, status }: WorkloadDeployment): string[] {
  const acknowledgement = metadata.annotations?.[acknowledgeAnnotation];
  const isConsumed = acknowledgement === status?.acknowledged;
  return acknowledgement === undefined || isConsumed ? [] : readAcknowledgement(acknowledgement);
}

/**
 * An acknowledgement of an Environment is valid for the revision that the edit created, until that revision is applied. It
 * permits the write that follows from the edit, but no later write.
 */
function byEnvironment(
  deployment: WorkloadDeployment,
  { namespace, name, revision }: Rendered['environment'],
  { caches: { definitions }, appliedReplicaSets }: AcknowledgementOptions,
): string[] {
  const live = definitions.Environment.get(namespace, name);
  // Only the content of the edit was authorized by admission, and a terminating object may have changed since.
  if (live === undefined || isTerminating(live)) return [];
  const { annotations } = live.metadata;
  if (annotations?.[acknowledgedRevisionAnnotation] !== String(revision)) return [];
  const appliedFrom = appliedReplicaSets
    .of(keyOf(deployment))
    .map(({ metadata }) => metadata.annotations?.[environmentAnnotation]);
  const recorded = definitions.revisions.get(namespace, revisionName('Environment', name, revision));
  const followsFromEdit =
    appliedFrom.length === 0
      ? existedBefore(deployment.metadata.creationTimestamp, recorded?.metadata.creationTimestamp)
      : appliedFrom.some(
          (environment) =>
            environment?.startsWith(`${namespace}/${name}@v`) === true && !environment.endsWith(`@v${revision}`),
        );
  return followsFromEdit ? readAcknowledgement(annotations[acknowledgeAnnotation]) : [];
}

/** Whether an object was created no later than a revision. A revision that is not recorded yet counts as newer. */
function existedBefore(created: string | undefined, recorded: string | undefined): boolean {
  return recorded === undefined || (created ?? '') <= recorded;
}
