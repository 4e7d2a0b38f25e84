import type { RevisionedKindName } from '../api/definition-revision.ts';
import { isJsonObject } from '../api/object.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import type { RevisionUses } from '../domain/refs/used-revisions.ts';
import { useOf } from '../domain/refs/uses.ts';
import type { Definition } from '../domain/revisions/definition.ts';
import { referrersOf, type Referrer, type ReferrerIndex, type Referrers } from './referrers.ts';

/** The field in the status of a WorkloadDeployment that says which revision is applied. */
const appliedFields: Readonly<Partial<Record<RevisionedKindName, string>>> = {
  Environment: 'environment',
  WorkloadProfile: 'workloadProfile',
};

/** Why revisions of a definition are retained, and the objects that refer to the definition. */
export interface FoundUses extends RevisionUses {
  referrers: Referrers;
}

/** The uses of a definition. */
export async function revisionUses(
  kind: RevisionedKindName,
  { metadata: { namespace = '', name } }: Pick<Definition, 'metadata'>,
  { index, systemNamespace }: { index: ReferrerIndex; systemNamespace: string },
): Promise<FoundUses> {
  const referrers = await referrersOf({ kind, namespace, name }, { index, systemNamespace });
  // A PolicyDefinition is not applied itself.
  const mayBeApplied = kind === 'PolicyDefinition' ? [] : await index.byReference({ kind, namespace, name });
  return {
    referrers,
    uses: referrers.current.filter(isCounted).map(useOf),
    applied: mayBeApplied.flatMap((deployment) => appliedRevision(kind, deployment, { namespace, name })),
    recorded: referrers.recorded.map(useOf),
  };
}

/** The refs of a terminating deployment are not counted; the revisions that it has applied are retained. */
function isCounted({ kind, object }: Referrer): boolean {
  return kind === 'Environment' || object.metadata.deletionTimestamp === undefined;
}

/** The revision of a definition that a deployment has applied; empty if that is none, or of another definition. */
export function appliedRevision(
  kind: RevisionedKindName,
  { status }: UncheckedObject,
  { namespace, name }: { namespace: string; name: string },
): number[] {
  const field = appliedFields[kind];
  const applied = field === undefined ? undefined : status?.[field];
  if (!isJsonObject(applied) || applied['name'] !== name || applied['namespace'] !== namespace) return [];
  return typeof applied['revision'] === 'number' ? [applied['revision']] : [];
}
