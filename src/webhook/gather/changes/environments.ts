import type { JsonObject } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { Catalog } from '../../../catalog/catalog.ts';
import { topologyRevisionAnnotation } from '../../../domain/annotations.ts';
import type { Definition } from '../../../domain/revisions/definition.ts';
import { readStamp } from '../../../domain/revisions/revision.ts';
import { withDefaults } from '../../../domain/spoke/admission-defaults.ts';
import { readDeploymentStatus } from '../../../domain/spoke/from-status.ts';
import { readEnvironmentReadiness } from '../../../domain/status/environment-readiness.ts';

/** An Environment at one revision, with what decides the state of deployments on the spokes. */
export interface EnvironmentAtRevision {
  namespace: string;
  name: string;
  /** Absent if the content is an edit that is not stored yet. */
  revision?: number;
  spec: JsonObject;
  /** The text of the stamp that says what a pinned topology means. */
  topologyStamp?: string;
  /** A template that an edit of its PolicyDefinition proposes; absent if the topology means what is stored. */
  template?: string;
  /** Clusters that the status of the Environment lists, even if they were selected for another revision. */
  selected: readonly string[];
  /** Whether these clusters were selected for this revision. */
  isSelectedForThisRevision: boolean;
}

/** Finds Environments at the revisions that deployments use. Reads each recorded revision once. */
export class EnvironmentRevisions {
  readonly #catalog: Catalog;
  readonly #found = new Map<string, Promise<EnvironmentAtRevision | undefined>>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** The Environment that a deployment refers to, at the revision that its ref resolves to. */
  async desired(deployment: UncheckedObject): Promise<EnvironmentAtRevision | undefined> {
    const found = await this.#catalog.environmentOf(deployment);
    if (found?.state !== 'found') return undefined;
    const environment = await this.#catalog.store.get('Environment', found.namespace, found.name);
    return environment === undefined ? undefined : environmentAt(environment, found);
  }

  /** The Environment whose render is applied: the one in the status, or else the one that the ref resolves to. */
  async applied(deployment: UncheckedObject): Promise<EnvironmentAtRevision | undefined> {
    const { environment: used } = readDeploymentStatus(deployment);
    const environment =
      used === undefined ? undefined : await this.#catalog.store.get('Environment', used.namespace, used.name);
    const found =
      used === undefined || environment === undefined ? undefined : await this.#atRevision(environment, used.revision);
    return found ?? this.desired(deployment);
  }

  #atRevision(environment: Definition, revision: number): Promise<EnvironmentAtRevision | undefined> {
    const { namespace = '', name } = environment.metadata;
    const key = `${namespace}/${name}@${revision}`;
    const found = this.#found.get(key) ?? this.#readRevision(environment, revision);
    this.#found.set(key, found);
    return found;
  }

  async #readRevision(environment: Definition, revision: number): Promise<EnvironmentAtRevision | undefined> {
    const spec = await this.#catalog.specAt('Environment', environment, revision);
    if (spec === undefined) return undefined;
    const topologyStamp = await this.#catalog.topologyStampAt(environment, revision);
    return environmentAt(environment, { revision, spec, ...(topologyStamp === undefined ? {} : { topologyStamp }) });
  }
}

/** The Environment of a request, before or after an edit. Its clusters were not selected for the content of the request. */
export function requestedEnvironment(object: UncheckedObject): EnvironmentAtRevision {
  const { namespace = '', name } = object.metadata;
  const { selected } = readEnvironmentReadiness(object);
  const { spec = {} } = withDefaults('Environment', object);
  const topologyStamp = object.metadata.annotations?.[topologyRevisionAnnotation];
  const stamp = topologyStamp === undefined ? {} : { topologyStamp };
  return { namespace, name, spec, ...stamp, selected, isSelectedForThisRevision: false };
}

function environmentAt(
  environment: Definition,
  { revision, spec, topologyStamp }: { revision: number; spec: JsonObject; topologyStamp?: string },
): EnvironmentAtRevision {
  const { namespace = '', name } = environment.metadata;
  const { selected, isCurrent } = readEnvironmentReadiness(environment);
  const isNewest = readStamp(environment.metadata)?.revision === revision;
  const stamp = topologyStamp === undefined ? {} : { topologyStamp };
  return { namespace, name, revision, spec, ...stamp, selected, isSelectedForThisRevision: isCurrent && isNewest };
}
