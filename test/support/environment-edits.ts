import type { EnvironmentSpec } from '../../src/api/environment.ts';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import type { EffectiveLifecycle } from '../../src/api/workload-deployment.ts';
import { stampedAs } from './facts.ts';
import { environment } from './manifests.ts';
import { recordedEdits } from './recorded-edits.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';

interface SpecOptions {
  lifecycle?: EffectiveLifecycle;
  placement?: JsonObject;
  topology?: EnvironmentSpec['topology'];
  version?: string;
  policies?: JsonObject[];
}

/** The spec of an Environment, by default of topology-ocm. */
export function environmentSpec({ lifecycle, version, policies, ...rest }: SpecOptions = {}): JsonObject {
  const { spec } = environment('team', {
    ...rest,
    ...(lifecycle === undefined ? {} : { lifecycle: { ...lifecycle } }),
  });
  const more = { ...(version === undefined ? {} : { version }), ...(policies === undefined ? {} : { policies }) };
  return JSON.parse(JSON.stringify({ ...spec, ...more }));
}

interface Edits {
  name?: string;
  /** Clusters in its status. */
  selected?: string[];
  /** Whether its status is about the newest revision, and not about an older one. */
  isEvaluated?: boolean;
  annotations?: Record<string, string>;
}

/** Environment `team/primary` after these edits, with its recorded revisions. */
export function editedEnvironment(
  specs: readonly JsonObject[],
  { name = 'primary', selected = [], isEvaluated = true, annotations = {} }: Edits = {},
): { live: Definition; revisions: KubeObject[]; objects: KubeObject[] } {
  const edits = specs.map((spec) => ({ spec, annotations }));
  const { definition, objects } = recordedEdits('Environment', edits, { namespace: 'team', name });
  const ready = { type: 'EnvironmentReady', status: 'True', reason: 'PlacementsSatisfied', observedGeneration: 7 };
  const status = { ...definition.status, selectedClusters: selected, conditions: [ready] };
  const live: Definition = {
    ...definition,
    metadata: { ...definition.metadata, generation: isEvaluated ? 7 : 8 },
    status,
  };
  const revisions = objects.slice(1).map(([, object]) => object);
  return { live, revisions, objects: [live, ...revisions] };
}

/** The object of an edit of an Environment as admission stores it: the new content with the next stamp. */
export function nextEdit(live: Definition, spec: JsonObject, revision: number): Definition {
  return stampedAs({ ...live, spec }, revision, revision - 1);
}
