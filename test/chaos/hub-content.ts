import { at, listAt, mapAt, stringAt, type Json, type JsonMap } from './json.ts';
import { contentOf } from './target.ts';

/** The fields of a DefinitionRevision that are checked. */
export interface FoundRevision {
  number: number;
  hash: string;
  content: JsonMap;
}

/** The objects of the run on the hub. */
export interface HubContent {
  environments: JsonMap[];
  /** Maps the uid of an Environment to its revisions in the order of their numbers. */
  revisions: Map<string, FoundRevision[]>;
  deployments: Map<string, JsonMap>;
  /** Everything as one string, to search for markers. */
  text: string;
}

/** Parses the lists that `kubectl get -o json` prints. */
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

/** Whether the controller has recorded every object and resolved every ref. */
export function isSettled({ environments, deployments }: HubContent): boolean {
  const recorded = environments.every(
    (item) => at(item, 'status', 'revision') === Number(stringAt(item, 'metadata', 'annotations', stampKey)),
  );
  return (
    recorded && [...deployments.values()].every((item) => at(item, 'status', 'environment', 'revision') !== undefined)
  );
}

export const stampKey = 'spectrocloud.com/revision';
