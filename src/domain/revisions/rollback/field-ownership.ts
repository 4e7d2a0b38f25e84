import { parseJson } from '../../../api/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue, type ObjectMeta } from '../../../api/object.ts';
import { lastAppliedAnnotation } from '../../annotations.ts';
import { child } from '../../json/fields.ts';

/** One entry of `metadata.managedFields`. */
type Entry = JsonObject;

/** A path into an object as in `fieldsV1`, for example `["f:spec","f:version"]` as JSON text. */
type FieldPath = string;

/**
 * The managed fields that an object must have after a write of `manager`, so that no field belongs to `manager`. Server-side apply
 * removes a field that its applier does not apply any more, but only if no other manager owns it. So each manager gets back what it
 * owned before the write, and the last applier gets the fields that no manager owned. `undefined` if nothing has to change, also if
 * nobody has ever applied the object.
 */
export function withoutOwnership(manager: string, before: ObjectMeta, after: ObjectMeta): JsonValue[] | undefined {
  const entries = entriesOf(after);
  const own = entries.filter((entry) => isOf(entry, manager));
  const receiver = lastApplier(
    entriesOf(before).filter((entry) => !isOf(entry, manager)),
    before,
  );
  if (own.length === 0 || receiver === undefined) return undefined;
  const taken = new Set(own.flatMap((entry) => pathsOf(child(entry, 'fieldsV1'))));
  const kept = new Map<string, Entry>();
  for (const entry of entries) if (!own.includes(entry)) kept.set(identityOf(entry), entry);
  const rest = new Set(taken);
  for (const entry of entriesOf(before)) {
    if (isOf(entry, manager) || hasSubresource(entry)) continue;
    const returned = pathsOf(child(entry, 'fieldsV1')).filter((path) => taken.has(path));
    for (const path of returned) rest.delete(path);
    give(kept, entry, returned);
  }
  give(kept, receiver, [...rest]);
  return [...kept.values()];
}

/** Adds fields to the entry of the same manager and operation, or creates that entry. */
function give(kept: Map<string, Entry>, entry: Entry, paths: readonly FieldPath[]): void {
  if (paths.length === 0) return;
  const identity = identityOf(entry);
  const present = kept.get(identity);
  const fieldsV1 = treeOf([...pathsOf(child(present, 'fieldsV1')), ...paths]);
  kept.set(identity, { ...(present ?? entry), fieldsV1 });
}

/**
 * The entry of the newest apply: of server-side apply, or the entry that owns the annotation of client-side apply. The times have a
 * precision of one second; in the same second, server-side apply takes precedence.
 */
function lastApplier(entries: readonly Entry[], { annotations }: ObjectMeta): Entry | undefined {
  const isClientSide = annotations?.[lastAppliedAnnotation] !== undefined;
  const appliers = entries.filter((entry) => {
    if (hasSubresource(entry)) return false;
    const fields = child(entry, 'fieldsV1');
    if (entry['operation'] === 'Apply') return Object.hasOwn(fields, 'f:spec');
    return isClientSide && Object.hasOwn(annotationsIn(fields), `f:${lastAppliedAnnotation}`);
  });
  return appliers.toSorted((left, right) => compare(rank(right), rank(left)))[0];
}

function annotationsIn(fields: JsonObject): JsonObject {
  return child(child(fields, 'f:metadata'), 'f:annotations');
}

/** Times are RFC 3339 in UTC, so that their text has their order. */
function rank(entry: Entry): string {
  const time = typeof entry['time'] === 'string' ? entry['time'] : '';
  return `${time} ${entry['operation'] === 'Apply' ? 1 : 0}`;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function entriesOf({ managedFields }: ObjectMeta): Entry[] {
  return Array.isArray(managedFields) ? managedFields.filter(isJsonObject) : [];
}

function isOf(entry: Entry, manager: string): boolean {
  return entry['manager'] === manager && !hasSubresource(entry);
}

function hasSubresource({ subresource }: Entry): boolean {
  return typeof subresource === 'string' && subresource !== '';
}

/** The API server keeps one entry for each of these. */
function identityOf({ manager, operation, apiVersion, subresource }: Entry): string {
  return JSON.stringify([manager, operation, apiVersion, subresource]);
}

/** The member of a set of fields that stands for the field itself, beside the fields in it. */
const self = '.';

function pathsOf(tree: JsonObject): FieldPath[] {
  const paths: FieldPath[] = [];
  collect(tree, [], paths);
  return paths;
}

function collect(tree: JsonObject, path: readonly string[], paths: FieldPath[]): void {
  for (const [key, value] of Object.entries(tree)) {
    if (key === self) {
      paths.push(JSON.stringify(path));
      continue;
    }
    const below = [...path, key];
    const fields = isJsonObject(value) ? value : {};
    if (Object.keys(fields).length === 0) paths.push(JSON.stringify(below));
    else collect(fields, below, paths);
  }
}

/** The opposite of `pathsOf`. A path may be repeated. */
function treeOf(paths: readonly FieldPath[]): JsonObject {
  const root = new Field();
  for (const path of paths) root.add(parseJson(path));
  return root.toJson();
}

class Field {
  #isMember = false;
  readonly #below = new Map<string, Field>();

  add([key, ...rest]: readonly string[]): void {
    if (key === undefined) {
      this.#isMember = true;
      return;
    }
    const field = this.#below.get(key) ?? new Field();
    this.#below.set(key, field);
    field.add(rest);
  }

  toJson(): JsonObject {
    const below = [...this.#below].map(([key, field]): [string, JsonObject] => [key, field.toJson()]);
    const own: [string, JsonObject][] = this.#isMember && below.length > 0 ? [[self, {}]] : [];
    return Object.fromEntries([...own, ...below]);
  }
}
