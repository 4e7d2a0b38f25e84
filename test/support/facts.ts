import type { KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { revisionAnnotation, revisionHashAnnotation } from '../../src/domain/annotations.ts';
import type { Facts, RequestFacts } from '../../src/domain/admission/facts.ts';
import { acknowledgeableCodes } from '../../src/domain/admission/rule-codes.ts';
import { protectedNamespaces } from '../../src/domain/spoke/protected-namespaces.ts';
import type { KnownRevision } from '../../src/domain/refs/resolution.ts';
import { contentHash, type Stamped } from '../../src/domain/revisions/revision.ts';
import type { Finding, Rule } from '../../src/domain/admission/rule.ts';
import { parseRef } from '../../src/domain/refs/version-ref.ts';
import type { UncheckedObject } from '../../src/api/unchecked-object.ts';
import type { FoundReference } from '../../src/domain/refs/found-reference.ts';

/** An object as a request carries it. */
export function requestObject(object: KubeObject): UncheckedObject {
  return JSON.parse(JSON.stringify(object));
}

/** The facts about a request: to create `object`, to update `oldObject` to it, or to delete `oldObject`. */
export function factsOf(
  request: { object?: KubeObject; oldObject?: KubeObject } & Partial<Omit<RequestFacts, 'object' | 'oldObject'>>,
  found: Partial<Omit<Facts, 'request'>> = {},
): Facts {
  const { object, oldObject, ...rest } = request;
  const either = object ?? oldObject;
  return {
    enforcement: 'admission',
    acknowledgeableCodes,
    protectedNamespaces: protectedNamespaces(),
    hash: sha256,
    systemNamespace: 'mural-system',
    sharedHubNamespaces: ['managed-cluster-set-global'],
    revisionWriters: ['system:serviceaccount:mooring-system:mooring-controller'],
    ...found,
    request: {
      phase: 'validate',
      operation: oldObject === undefined ? 'CREATE' : object === undefined ? 'DELETE' : 'UPDATE',
      kind: either?.kind ?? '',
      namespace: either?.metadata.namespace ?? '',
      name: either?.metadata.name ?? '',
      username: 'jane',
      ...rest,
      ...(object === undefined ? {} : { object: requestObject(object) }),
      ...(oldObject === undefined ? {} : { oldObject: requestObject(oldObject) }),
    },
  };
}

/** The object with the stamp of a revision that matches its content. That revision is recorded, unless `recorded` names another. */
export function stampedAs<T extends Stamped>(object: T, revision: number, recorded = revision): T {
  const stamps = { [revisionAnnotation]: String(revision), [revisionHashAnnotation]: contentHash(object, sha256) };
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...stamps } },
    status: { ...object.status, revision: recorded },
  };
}

/** What was found for a ref; without revisions it does not exist. The last revision is the newest. */
export function referenceFacts(text: string, namespace: string, revisions: KnownRevision[] = []): FoundReference {
  const parsed = parseRef(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  const newest = revisions.at(-1);
  return { ref: parsed.ref, namespace, ...(newest === undefined ? {} : { history: { newest, recorded: revisions } }) };
}

/** The findings of a rule: the paths, and the severity if it is not the default of the rule. */
export function findingsOf(rule: Rule, facts: Facts): Pick<Finding, 'path' | 'severity'>[] {
  return rule.find(facts).map(({ path, severity = rule.severity }) => {
    return { path, ...(severity === rule.severity ? {} : { severity }) };
  });
}
