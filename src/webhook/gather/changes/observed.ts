import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { isRuleBlock } from '../../../domain/applied-reasons.ts';
import { observedClusters } from '../../../domain/spoke/cluster-choice.ts';
import { readDeploymentStatus, type DeploymentStatusFacts } from '../../../domain/spoke/from-status.ts';
import type { SpokeState } from '../../../domain/spoke/spoke-state.ts';
import { appliedNames, workloadNames, type WorkloadNames } from '../../../domain/spoke/workload-names.ts';
import type { EnvironmentAtRevision, EnvironmentRevisions } from './environments.ts';
import type { TopologyRenders } from './topology-renders.ts';

/** Finds what deployments have on the spokes, and what they will have. */
export class SpokeStates {
  readonly #environments: EnvironmentRevisions;
  readonly #renders: TopologyRenders;

  constructor(environments: EnvironmentRevisions, renders: TopologyRenders) {
    this.#environments = environments;
    this.#renders = renders;
  }

  /** What a deployment has on the spokes, from its status, or from the render of its Environment if the status is incomplete. */
  async observedState(deployment: UncheckedObject): Promise<SpokeState | undefined> {
    const requested = workloadNames(deployment);
    if (requested === undefined) return undefined;
    const status = readDeploymentStatus(deployment);
    const isBlocked = isBlockedByRule(status);
    const names = appliedNames(requested, status.workload);
    const isComplete = status.lifecycle !== undefined && (status.clusters !== undefined || isBlocked);
    const environment = isComplete ? undefined : await this.#environments.applied(deployment);
    const lifecycle = status.lifecycle ?? (await this.#renders.lifecycleFor(environment, names, deployment.metadata));
    return stateOf(names, lifecycle, observedClusters(status, { isBlocked, selected: environment?.selected }));
  }

  /** What a deployment will have on these clusters if it uses this Environment. */
  async stateIn(
    environment: EnvironmentAtRevision | undefined,
    deployment: UncheckedObject,
    clusters: readonly string[] | undefined,
  ): Promise<SpokeState | undefined> {
    const names = workloadNames(deployment);
    if (names === undefined) return undefined;
    return stateOf(names, await this.#renders.lifecycleFor(environment, names, deployment.metadata), clusters);
  }
}

/** Whether a rule blocks a deployment, so that the controller does not apply it. */
export function isBlockedByRule({ notAppliedReason }: Pick<DeploymentStatusFacts, 'notAppliedReason'>): boolean {
  return isRuleBlock(notAppliedReason);
}

function stateOf(
  { namespace, workload }: WorkloadNames,
  lifecycle: SpokeState['lifecycle'],
  clusters: readonly string[] | undefined,
): SpokeState {
  return {
    namespace,
    workloadName: workload,
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(clusters === undefined ? {} : { clusters }),
  };
}
