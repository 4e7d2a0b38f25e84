import { kindNamed } from '../api/kinds.ts';
import type { KubeObject, Resource } from '../api/object.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import type { NeededRight } from '../domain/admission/facts.ts';
import { sameJson } from '../domain/json/canonical-json.ts';
import { referenceFields } from '../domain/refs/reference-fields.ts';
import type { Violation } from '../domain/violation.ts';
import { deleteUnlessUsed } from './delete-unless-used.ts';
import { admitDeletion, admitWrite, type Admission, type AdmissionOptions } from './admit.ts';
import { isReadFromHub } from './hub-reader.ts';
import { kubectlProblems } from './kubectl-checks.ts';
import { ObjectStore } from './object-store.ts';
import { readObject } from './read-object.ts';
import { recordRevision } from './record-revision.ts';
import { isServedKind } from './served-kind.ts';
import { settle } from './settle.ts';

/** The result of one apply or deletion. */
export interface OfflineResult {
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  resource: Resource;
  namespace: string;
  name: string;
  allowed: boolean;
  /** Whether an update does not change the object. */
  unchanged: boolean;
  violations: Violation[];
  /** Further warnings that belong to no rule. */
  notes: string[];
  /** The rights that the request needs. They cannot be checked offline. */
  unchecked: NeededRight[];
  /** What could not be checked because the state lacks objects. */
  uncheckedRules: string[];
}

/**
 * A hub whose objects come from files. It decides about applies and deletions, one after the other, with the functions of the
 * webhook. Admitted content counts as recorded and, unless a status says otherwise, as applied.
 */
export class OfflineHub {
  readonly #options: AdmissionOptions;
  readonly #store = new ObjectStore();

  constructor(state: readonly KubeObject[], options: AdmissionOptions) {
    this.#options = options;
    for (const object of state) this.take(object);
    for (const object of this.#store.list()) recordRevision(object, this.#store, options.hash);
  }

  has(kind: string, namespace: string, name: string): boolean {
    return this.#store.get(kind, namespace, name) !== undefined;
  }

  /** Applies a manifest of one of our kinds. It replaces spec, labels and annotations, and no other field. */
  async apply(manifest: KubeObject): Promise<OfflineResult> {
    const given = readObject(manifest);
    const { kind, metadata } = given;
    const oldObject = this.#store.get(kind, metadata.namespace ?? '', metadata.name);
    const object = oldObject === undefined ? withoutStatus(given) : edited(oldObject, given);
    const problems = kubectlProblems(manifest).map(({ path, message }): Violation => ({
      code: 'InvalidSpec',
      severity: 'deny',
      path,
      message,
    }));
    const admission = await admitWrite({ object, oldObject, problems }, this.#store, this.#options);
    const operation = oldObject === undefined ? 'CREATE' : 'UPDATE';
    const stored = admission.object;
    if (stored === undefined) return resultFor(operation, given, admission);
    await settle(stored, oldObject, this.#store, this.#options);
    const unchanged = oldObject !== undefined && sameJson(asWritten(stored), asWritten(oldObject));
    return { ...resultFor(operation, given, admission), unchanged };
  }

  /** Stores an object without a decision. Objects of kinds that admission does not depend on are ignored. */
  take(manifest: KubeObject): void {
    const isNamespace = manifest.apiVersion === 'v1' && manifest.kind === 'Namespace';
    if (isNamespace || isReadFromHub(manifest) || isServedKind(manifest)) this.#store.put(readObject(manifest));
  }

  /** Deletes an object. If it does not exist, the deletion is refused, as by the API server. */
  async delete(kind: string, namespace: string, name: string): Promise<OfflineResult> {
    const oldObject = this.#store.get(kind, namespace, name);
    if (oldObject === undefined) return notFound(kind, namespace, name);
    const admission = await admitDeletion(oldObject, this.#store, this.#options);
    if (admission.allowed) await deleteUnlessUsed(oldObject, this.#store, this.#options);
    return resultFor('DELETE', oldObject, admission);
  }
}

/** The API server drops the status that a client sends. */
function withoutStatus(object: UncheckedObject): UncheckedObject {
  const { status: _, ...rest } = object;
  return rest;
}

function edited(oldObject: UncheckedObject, given: UncheckedObject): UncheckedObject {
  const { labels: _labels, annotations: _annotations, ...metadata } = oldObject.metadata;
  const { labels, annotations } = given.metadata;
  const { spec: _spec, ...rest } = oldObject;
  return {
    ...rest,
    metadata: {
      ...metadata,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(given.spec === undefined ? {} : { spec: given.spec }),
  };
}

function resourceOf(kind: string): Resource {
  const resource = kindNamed(kind)?.resource;
  if (resource === undefined) throw new TypeError(`${kind} is not one of our kinds`);
  return resource;
}

function resultFor(
  operation: OfflineResult['operation'],
  { kind, metadata: { namespace = '', name } }: UncheckedObject,
  { allowed, violations, notes, unchecked, uncheckedRules }: Admission,
): OfflineResult {
  const resource = resourceOf(kind);
  return {
    operation,
    resource,
    namespace,
    name,
    allowed,
    unchanged: false,
    violations,
    notes,
    unchecked,
    uncheckedRules,
  };
}

function notFound(kind: string, namespace: string, name: string): OfflineResult {
  const { plural, group } = resourceOf(kind);
  const message = `${plural}.${group} "${name}" not found in ${namespace}`;
  const violations: Violation[] = [{ code: 'NotFound', severity: 'deny', path: '', message }];
  const object = { apiVersion: '', kind, metadata: { namespace, name } };
  return resultFor('DELETE', object, { allowed: false, violations, notes: [], unchecked: [], uncheckedRules: [] });
}

/** An object without the stamps of its refs and without finalizers. Admission adds them, so that an unchanged manifest may lack them. */
function asWritten({ metadata, ...rest }: UncheckedObject): object {
  const stamps: readonly string[] = referenceFields.map(({ stamp }) => stamp);
  const { finalizers: _, annotations = {}, ...others } = metadata;
  const given = Object.entries(annotations).filter(([key]) => !stamps.includes(key));
  return { ...rest, metadata: { ...others, annotations: Object.fromEntries(given) } };
}
