import { requestedClusters, dropsReplicaSets, placementChange } from '../../../domain/render/topology-shape.ts';
import type { DeploymentChange } from '../../../domain/spoke/change.ts';
import { knownClusters } from '../../../domain/spoke/cluster-choice.ts';
import type { EnvironmentAtRevision } from './environments.ts';
import type { TopologyRenders } from './topology-renders.ts';

type RenderChange = Pick<DeploymentChange, 'placement' | 'replacesReplicaSets'>;

/** How the render of one Environment differs from that of another. Without two renders no difference is assumed. */
export async function changeBetween(
  before: EnvironmentAtRevision | undefined,
  after: EnvironmentAtRevision | undefined,
  renders: TopologyRenders,
): Promise<RenderChange> {
  const same: RenderChange = { placement: { kind: 'same' }, replacesReplicaSets: false };
  if (before === undefined || after === undefined) return same;
  const [oldShape, newShape] = await Promise.all([renders.shapeFor(before), renders.shapeFor(after)]);
  if (oldShape === undefined || newShape === undefined) return same;
  return { placement: placementChange(oldShape, newShape), replacesReplicaSets: dropsReplicaSets(oldShape, newShape) };
}

/** Clusters that are selected for every deployment of an Environment; `undefined` if each deployment gets only some of them. */
export async function clustersForEveryDeployment(
  environment: EnvironmentAtRevision,
  renders: TopologyRenders,
): Promise<readonly string[] | undefined> {
  const shape = await renders.shapeFor(environment);
  const requested = shape === undefined ? undefined : requestedClusters(shape);
  return requested !== undefined && requested < environment.selected.length
    ? undefined
    : knownClusters(environment.selected);
}
