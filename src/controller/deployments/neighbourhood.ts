import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { renderDeployment, type RenderSources } from '../../domain/deployment-render.ts';
import { owns, type Footprint, type Neighbour, type Transition } from '../../domain/footprint.ts';
import { secondLineCodes } from '../../domain/second-line.ts';
import { bySpokeNamespace } from '../../definitions/deployments.ts';
import type { Client } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import type { ControllerCaches } from '../watches.ts';
import { appliedFootprints, type AppliedFootprint } from './applied-footprints.ts';
import type { AppliedWorks } from './applied-works.ts';
import { wantedFootprints, type Wanted } from './wanted-footprints.ts';

export interface NeighbourhoodOptions extends RenderSources {
  client: Client;
  caches: ControllerCaches;
  works: AppliedWorks;
}

/** Who else is in the namespaces on the spokes that a write is about. */
export class Neighbourhood {
  readonly #options: NeighbourhoodOptions;

  constructor(options: NeighbourhoodOptions) {
    this.#options = options;
  }

  /** Others in the same namespaces: those that are applied, and those that came first and are about to be. */
  async around(
    deployment: WorkloadDeployment,
    steps: readonly Pick<Transition, 'before' | 'after'>[],
  ): Promise<Neighbour[]> {
    const { caches, works } = this.#options;
    const own = keyOf(deployment);
    const namespaces = new Set(
      steps
        .flatMap(({ before, after }) => [before?.namespace, after?.namespace])
        .filter((found) => found !== undefined),
    );
    const keys = new Set(
      [...namespaces].flatMap((namespace) => [
        ...works.deploymentsIn(namespace),
        ...caches.deployments.byIndex(bySpokeNamespace, namespace).map(keyOf),
      ]),
    );
    keys.delete(own);
    const owned = new Set(steps.flatMap(({ after }) => (after !== undefined && owns(after) ? [after.namespace] : [])));
    const neighbours: Neighbour[] = [];
    // In one order, so that messages do not change while nothing else does.
    for (const key of [...keys].toSorted()) {
      const [namespace = '', name = ''] = key.split('/');
      // Whoever reads the status of one deployment may not see those of other namespaces.
      const visible = namespace === deployment.metadata.namespace;
      for (const found of await this.#other(key, deployment, owned)) {
        if (namespaces.has(found.footprint.namespace)) neighbours.push({ namespace, name, visible, ...found });
      }
    }
    return neighbours;
  }

  /** Those of some neighbours who are gone or going, whatever the cache still says. */
  async leaving(neighbours: readonly Neighbour[]): Promise<Neighbour[]> {
    const { client } = this.#options;
    const answers = await Promise.all(
      neighbours.map(async (neighbour) => {
        const { namespace, name } = neighbour;
        try {
          const { metadata } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name });
          return metadata.deletionTimestamp === undefined ? [] : [neighbour];
        } catch (error) {
          if (isNotFound(error)) return [neighbour];
          throw error;
        }
      }),
    );
    return answers.flat();
  }

  /** What another deployment has in each namespace; `owned` are those that the one in question is about to own. */
  async #other(key: string, deployment: WorkloadDeployment, owned: ReadonlySet<string>): Promise<Other[]> {
    const { caches, works } = this.#options;
    const [namespace = '', name = ''] = key.split('/');
    const other = caches.deployments.get(namespace, name);
    const isGoing = other === undefined || other.metadata.deletionTimestamp !== undefined;
    // Works on their way out are on the spokes still.
    const present = appliedFootprints(works.of(key), caches);
    if (present.length === 0) {
      // Of two that are not applied yet, the older one goes first, unless something holds it.
      if (isGoing || !isOlder(other, deployment) || isHeldBack(other)) return [];
      const footprint = (await this.#renderedFootprints(other, []))?.main;
      return footprint === undefined ? [] : [{ footprint, applied: [] }];
    }
    // What goes on its own account takes its namespace along whatever comes now; it is still there to meet.
    if (isGoing) return present.map(({ footprint }) => ({ footprint, applied: [] }));
    const isAlike = (footprint: Footprint) => owns(footprint) === owned.has(footprint.namespace);
    // It may be about to change in the same way, as all followers of an Environment do, one after the other.
    const changing = present.every(({ footprint }) => isAlike(footprint))
      ? undefined
      : await this.#renderedFootprints(other, present);
    return present.map(({ footprint, owning }) => {
      const wanted = isAlike(footprint) ? undefined : changing?.byNamespace.get(footprint.namespace);
      return { footprint: wanted !== undefined && isAlike(wanted) ? wanted : footprint, applied: owning };
    });
  }

  async #renderedFootprints(
    other: WorkloadDeployment,
    applied: readonly AppliedFootprint[],
  ): Promise<Wanted | undefined> {
    const rendered = await renderDeployment(other, this.#options);
    if (rendered.state !== 'resolved' || !rendered.render.ok) return undefined;
    return wantedFootprints(other, { ...rendered, render: rendered.render }, applied, this.#options.caches);
  }
}

interface Other {
  footprint: Footprint;
  /** Clusters where it keeps the namespace for others: none for one who goes, or is about to come. */
  applied: readonly string[];
}

/** Older deployments first; of the same second, by name. */
export function rankOf({ metadata }: WorkloadDeployment): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function isOlder(one: WorkloadDeployment, other: WorkloadDeployment): boolean {
  return rankOf(one) < rankOf(other);
}

/** Whether something keeps a deployment from being applied, so that nobody need wait for it. */
function isHeldBack({ status }: WorkloadDeployment): boolean {
  const conditions = status?.conditions ?? [];
  const failed = conditions.some(
    ({ type, status: is }) => (type === 'Resolved' || type === 'Rendered') && is === 'False',
  );
  const applied = conditions.find(({ type }) => type === 'Applied');
  return failed || (applied?.status === 'False' && holdingReasons.has(applied.reason));
}

const holdingReasons: ReadonlySet<string> = new Set([
  ...secondLineCodes,
  'HubNamespaceNotFound',
  'KindNotFound',
  'NameTaken',
  'RefusedByHub',
]);
