import { topologyOf } from '../../json/fields.ts';
import type { FoundReference } from '../../refs/found-reference.ts';
import { changedReferences } from '../changed-references.ts';
import type { Facts } from '../facts.ts';
import type { Finding, Rule } from '../rule.ts';

/** A new ref names an object that is being deleted. It would hold the object, which its owner wants to be gone. */
export const referenceBeingDeleted: Rule = {
  code: 'ReferenceBeingDeleted',
  summary: 'A new ref names an Environment, WorkloadProfile or topology that is being deleted.',
  remedy:
    'Use another object, or wait until it is gone and create it again. Refs that exist keep their recorded revision.',
  kinds: ['WorkloadDeployment', 'Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Forbidden',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find: (facts) => [
    ...changedReferences(facts).flatMap(({ path, kind, reference }) => findingOf(path, kind, reference)),
    ...newTopology(facts),
  ],
};

function newTopology({ request: { object, oldObject }, topologyReference }: Facts): Finding[] {
  if (topologyReference === undefined || object === undefined) return [];
  if (oldObject !== undefined && topologyOf(object)['type'] === topologyOf(oldObject)['type']) return [];
  return findingOf('spec.topology.type', 'PolicyDefinition', topologyReference);
}

function findingOf(path: string, kind: string, { namespace, ref, isTerminating }: FoundReference): Finding[] {
  if (isTerminating !== true) return [];
  const title = `${kind} ${namespace}/${ref.name}`;
  return [{ path, message: `${title} is being deleted; use another one, or create it again when it is gone` }];
}
