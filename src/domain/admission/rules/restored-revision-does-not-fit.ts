import { revisionedKindNames } from '../../../api/definition-revision.ts';
import { isJsonObject } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import {
  contentBytesAnnotation,
  retiringAnnotation,
  revisionHashAnnotation,
  revisionLabels,
  specSinceAnnotation,
  topologyAnnotation,
} from '../../annotations.ts';
import { revisionOf } from '../../revisions/record.ts';
import { contentHash } from '../../revisions/revision.ts';
import { readSpecSince, specHash } from '../../revisions/spec-since.ts';
import type { Facts } from '../facts.ts';
import type { Finding, Rule } from '../rule.ts';

/** A revision that is restored from a backup contradicts itself: its name, labels, annotations or hash are not those of its content. */
export const restoredRevisionDoesNotFit: Rule = {
  code: 'RestoredRevisionDoesNotFit',
  summary: 'A revision is restored from a backup, and its name, labels, annotations or hash do not match its content.',
  remedy: 'Restore the revision as `mooring export` or the backup has written it, without owner references.',
  kinds: ['DefinitionRevision'],
  operations: ['CREATE'],
  phases: ['validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find({ request: { object, namespace }, mayRestore, hash }) {
    if (object === undefined || mayRestore !== true) return [];
    const { ownerReferences } = object.metadata;
    if (Array.isArray(ownerReferences) && ownerReferences.length > 0) {
      const message = 'must be absent: the controller makes the object with the recorded name the owner';
      return [{ path: 'metadata.ownerReferences', message }];
    }
    return problemsOf(object, namespace, hash);
  },
};

/** Compares a revision with the one that the controller would record for its content. */
function problemsOf(object: UncheckedObject, namespace: string, hash: Facts['hash']): Finding[] {
  const { kind, name = '', revision = 0, hash: given, version, object: content } = object.spec ?? {};
  const known = revisionedKindNames.find((each) => each === kind);
  // The schema of the kind requires these fields, with these types.
  if (known === undefined || typeof name !== 'string' || typeof revision !== 'number' || !isJsonObject(content))
    return [];
  const definition = {
    apiVersion: object.apiVersion ?? '',
    kind: known,
    metadata: { ...(isJsonObject(content['metadata']) ? content['metadata'] : {}), name, namespace },
    spec: isJsonObject(content['spec']) ? content['spec'] : {},
  };
  const expected = revisionOf(known, definition, { revision, hash: contentHash(definition, hash) });
  const { labels = {}, annotations = {} } = object.metadata;
  const wanted = expected.metadata;
  return [
    ...different('metadata.name', object.metadata.name, wanted.name),
    ...different('spec.hash', given, expected.spec.hash),
    ...different('spec.version', version, expected.spec.version),
    ...Object.values(revisionLabels).flatMap((key) =>
      different(`metadata.labels[${key}]`, labels[key], wanted.labels?.[key]),
    ),
    ...[topologyAnnotation, retiringAnnotation].flatMap((key) =>
      different(`metadata.annotations[${key}]`, annotations[key], wanted.annotations?.[key]),
    ),
    // Revisions that an early version of mooring has recorded lack these annotations.
    ...[revisionHashAnnotation, contentBytesAnnotation].flatMap((key) =>
      annotations[key] === undefined
        ? []
        : different(`metadata.annotations[${key}]`, annotations[key], wanted.annotations?.[key]),
    ),
    ...differentSpec(object.metadata, revision, specHash(definition, hash)),
  ];
}

/** The annotation may be absent, because an early version of mooring did not write it. */
function differentSpec(metadata: UncheckedObject['metadata'], revision: number, expected: string): Finding[] {
  if (metadata.annotations?.[specSinceAnnotation] === undefined || readSpecSince(metadata, revision)?.hash === expected)
    return [];
  const message = `must be v and a number up to ${revision}, and #${expected}, to match the content of the revision`;
  return [{ path: `metadata.annotations[${specSinceAnnotation}]`, message }];
}

function different(path: string, actual: unknown, expected: unknown): Finding[] {
  if (actual === expected) return [];
  const text = expected === undefined ? 'must be absent' : `must be ${JSON.stringify(expected)}`;
  return [{ path, message: `${text}, to match the content of the revision` }];
}
