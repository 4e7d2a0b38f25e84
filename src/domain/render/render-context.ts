import type { ObjectMeta } from '../../api/object.ts';
import type { TopologyContext } from '../../api/topology-context.ts';
import type { Component } from '../../api/workload.ts';
import { isBookkeepingAnnotation, isBookkeepingLabel } from '../revisions/bookkeeping.ts';
import type { WorkloadNames } from '../spoke/workload-names.ts';

/** What the context of a render is made of. */
export interface ContextSource {
  /** The name of the Environment. */
  environment: string;
  names: WorkloadNames;
  /** The metadata of the WorkloadDeployment. */
  metadata: Pick<ObjectMeta, 'labels' | 'annotations'>;
  /** The revision of the WorkloadProfile. */
  profileRevision: number;
  components: Component[];
  workloadYamls: string[];
}

/** The context with which a topology is rendered. */
export function renderContext(source: ContextSource): TopologyContext {
  const { environment, names, metadata, profileRevision, components, workloadYamls } = source;
  const { deployment, namespace, workload } = names;
  return {
    name: workload,
    workloadName: workload,
    namespace,
    deployment: { namespace: deployment.namespace, name: deployment.name },
    appName: deployment.name,
    appRevision: `${deployment.name}-v${profileRevision}`,
    appRevisionNum: profileRevision,
    appLabels: without(metadata.labels, isBookkeepingLabel),
    appAnnotations: without(metadata.annotations, isBookkeepingAnnotation),
    components,
    environment,
    workloadYamls,
  };
}

function without(map: Record<string, string> | undefined, isLeftOut: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !isLeftOut(key)));
}
