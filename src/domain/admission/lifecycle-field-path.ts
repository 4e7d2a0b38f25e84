import { topologyOf } from '../json/fields.ts';
import { sameRef } from '../refs/same-ref.ts';
import { declaredLifecycle, lifecyclePath } from '../spoke/declared-lifecycle.ts';
import type { RequestFacts } from './facts.ts';

/** The field by which an edit of a PolicyDefinition changes what it renders. */
const templatePath = 'spec.schematic.cue.template';

/** The field by which a request changes what a topology renders; `ofDeployment` if the request is about a deployment. */
export function topologyFieldPath({ kind }: Pick<RequestFacts, 'kind'>, ofDeployment: string): string {
  const paths: Record<string, string> = { Environment: 'spec.topology', PolicyDefinition: templatePath };
  return paths[kind] ?? ofDeployment;
}

/** The field by which a request changes the lifecycle of a namespace, as users write it; empty for a deletion. */
export function lifecycleFieldPath(request: RequestFacts): string {
  const { kind, object, oldObject } = request;
  if (object === undefined) return '';
  if (kind === 'PolicyDefinition') return templatePath;
  if (kind === 'Environment') {
    const spokeNamespace = `${lifecyclePath}.spokeNamespace`;
    if (topologyOf(object)['type'] !== 'topology-ocm') return 'spec.topology';
    return declaredLifecycle(request)?.create === false ? `${spokeNamespace}.create` : spokeNamespace;
  }
  const sameEnvironment = sameRef(object.spec?.['environmentRef'], oldObject?.spec?.['environmentRef']);
  return sameEnvironment ? 'spec.workload.namespace' : 'spec.environmentRef.name';
}
