import { at, listAt, mapAt, textAt, type Json, type JsonMap } from './json.ts';
import { contentOf } from './target.ts';

/** A recorded revision, as the checker reads it. */
export interface FoundRevision {
  number: number;
  hash: string;
  content: JsonMap;
}

/** All that the hub holds of the run. */
export interface Found {
  environments: JsonMap[];
  /** By uid of the Environment, in the order of their numbers. */
  revisions: Map<string, FoundRevision[]>;
  deployments: Map<string, JsonMap>;
  /** All of it as one text, in which a marker shows wherever it is. */
  text: string;
}

/** Reads lists as `kubectl get -o json` prints them. */
export function readFound(environments: Json, revisions: Json, deployments: Json): Found {
  const byOwner = new Map<string, FoundRevision[]>();
  for (const item of listAt(revisions, 'items')) {
    if (textAt(item, 'spec', 'kind') !== 'Environment') continue;
    const owner = listAt(item, 'metadata', 'ownerReferences').find(({ controller }) => controller === true);
    const uid = textAt(owner, 'uid');
    const recorded = mapAt(item, 'spec', 'object');
    const revision = {
      number: Number(at(item, 'spec', 'revision')),
      hash: textAt(item, 'spec', 'hash'),
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
    deployments: new Map(listAt(deployments, 'items').map((item) => [textAt(item, 'metadata', 'name'), item])),
    text: JSON.stringify([environments, revisions, deployments]),
  };
}

/** Whether the controller has done all that it has to: recorded what is live, resolved every ref. */
export function isSettled({ environments, deployments }: Found): boolean {
  const recorded = environments.every(
    (item) => at(item, 'status', 'revision') === Number(textAt(item, 'metadata', 'annotations', stampKey)),
  );
  return (
    recorded && [...deployments.values()].every((item) => at(item, 'status', 'environment', 'revision') !== undefined)
  );
}

export const stampKey = 'spectrocloud.com/revision';
