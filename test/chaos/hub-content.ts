import { at, listAt, mapAt, stringAt, type Json, type JsonMap } from './json.ts';
import { contentOf } from './target.ts';

/** A recorded revision, as the checker reads it. */
export interface FoundRevision {
  number: number;
  hash: string;
  content: JsonMap;
}

/** All that the hub holds of the run. */
export interface HubContent {
  environments: JsonMap[];
  /** By uid of the Environment, in the order of their numbers. */
  revisions: Map<string, FoundRevision[]>;
  deployments: Map<string, JsonMap>;
  /** All of it as one text, in which a marker shows wherever it is. */
  text: string;
}

/** Reads lists as `kubectl get -o json` prints them. */
export function parseHubContent(environments: Json, revisions: Json, deployments: Json): HubContent {
  const byOwner = new Map<string, FoundRevision[]>();
  for (const item of listAt(revisions, 'items')) {
    if (stringAt(item, 'spec', 'kind') !== 'Environment') continue;
    const owner = listAt(item, 'metadata', 'ownerReferences').find(({ controller }) => controller === true);
    const uid = stringAt(owner, 'uid');
    const recorded = mapAt(item, 'spec', 'object');
    const revision = {
      number: Number(at(item, 'spec', 'revision')),
      hash: stringAt(item, 'spec', 'hash'),
      content: contentOf({ ...recorded, metadata: mapAt(recorded, 'metadata') }),
    };
    byOwner.set(
      uid,
      [...(byOwner.get(uid) ?? []), revision].toSorted((left, right) => left.number - right.number),
    );
  }
  return {
    environments: listAt(environments, 'items'),
    revisions: byOwner,
    deployments: new Map(listAt(deployments, 'items').map((item) => [stringAt(item, 'metadata', 'name'), item])),
    text: JSON.stringify([environments, revisions, deployments]),
  };
}

/** Whether the controller has done all that it has to: recorded what is live, resolved every ref. */
export function isSettled({ environments, deployments }: HubContent): boolean {
  const recorded = environments.every(
    (item) => at(item, 'status', 'revision') === Number(stringAt(item, 'metadata', 'annotations', stampKey)),
  );
  return (
    recorded && [...deployments.values()].every((item) => at(item, 'status', 'environment', 'revision') !== undefined)
  );
}

export const stampKey = 'spectrocloud.com/revision';
