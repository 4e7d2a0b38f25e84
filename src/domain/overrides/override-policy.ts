import type { JsonObject, JsonValue } from '../../api/object.ts';
import { isPointer } from '../json/json-pointer.ts';
import { ShapeReader } from '../json/shape-reader.ts';
import { looksLikeExpression, wildcardInsteadOf } from '../text/regular-expression.ts';
import type { Violation } from '../violation.ts';

/** The properties of a policy of type `override`: those that KubeVela defines, and `remove`. */
export interface OverridePolicy {
  components: ComponentPatch[];
  /** Names of the components to keep; undefined keeps all. */
  selector: string[] | undefined;
}

export interface ComponentPatch {
  /** May contain `*`. undefined selects every component, or every one of `type`. */
  name: string | undefined;
  type: string | undefined;
  properties: JsonObject | undefined;
  /** JSON Pointers into the properties. */
  remove: string[];
  traits: TraitPatch[];
}

export interface TraitPatch {
  type: string;
  /** Selects traits of the type whose properties contain these. undefined selects all of the type, or adds one. */
  match: JsonObject | undefined;
  properties: JsonObject | undefined;
  disable: boolean;
  /** JSON Pointers into the properties of the trait. */
  remove: string[];
}

type InvalidPolicy = Violation & { code: 'InvalidSpec'; severity: 'deny' };

// The maximum number of components in a Workload.
const maxEntries = 128;

/** What a name or type may have in characters, as in the schema of components. A longer one matches nothing. */
const maxNameLength = 253;

/** What a JSON Pointer may have in characters. */
const maxPointerLength = 1024;

/** Checks the shape of the properties of an override policy. */
export function checkOverridePolicy(properties: JsonValue, path: string): InvalidPolicy[] {
  return readOverridePolicy(properties, path).violations;
}

/** Reads the properties of an override policy. Malformed parts are reported, and are not part of `policy`. */
export function readOverridePolicy(
  properties: JsonValue,
  path: string,
): { policy: OverridePolicy; violations: InvalidPolicy[] } {
  const reader = new ShapeReader(maxEntries);
  const { components, selector } = reader.fields(properties, path, ['components', 'selector']);
  const policy = {
    components: reader
      .list(components, `${path}.components`)
      .map((patch, index) => readComponent(reader, patch, `${path}.components[${index}]`)),
    selector: selector === undefined ? undefined : readSelector(reader, selector, `${path}.selector`),
  };
  return { policy, violations: reader.problems.map((found) => ({ code: 'InvalidSpec', severity: 'deny', ...found })) };
}

function readSelector(reader: ShapeReader, value: JsonValue, path: string): string[] {
  const names = reader.strings(value, path, maxNameLength);
  for (const [index, name] of names.entries()) refuseExpression(reader, name, `${path}[${index}]`);
  return names;
}

/** KubeVela reads these names as regular expressions. Here one would match nothing, or add a component of that name. */
function refuseExpression(reader: ShapeReader, name: string, path: string): void {
  if (!looksLikeExpression(name)) return;
  const wildcard = wildcardInsteadOf(name);
  const instead = wildcard === undefined ? '' : `write ${JSON.stringify(wildcard)}, or `;
  reader.report(
    path,
    `looks like a regular expression, and only * is special in a name: ${instead}write one entry for each component`,
  );
}

function readComponent(reader: ShapeReader, value: JsonValue, path: string): ComponentPatch {
  const fields = reader.fields(value, path, ['name', 'type', 'properties', 'remove', 'traits']);
  const name = emptyAsAbsent(reader.string(fields['name'], `${path}.name`, maxNameLength));
  if (name !== undefined) refuseExpression(reader, name, `${path}.name`);
  return {
    name,
    type: emptyAsAbsent(reader.string(fields['type'], `${path}.type`, maxNameLength)),
    properties: reader.object(fields['properties'], `${path}.properties`),
    remove: readPointers(reader, fields['remove'], `${path}.remove`),
    traits: reader
      .list(fields['traits'], `${path}.traits`)
      .map((trait, index) => readTrait(reader, trait, `${path}.traits[${index}]`)),
  };
}

function readTrait(reader: ShapeReader, value: JsonValue, path: string): TraitPatch {
  const fields = reader.fields(value, path, ['type', 'match', 'properties', 'disable', 'remove']);
  const type = reader.string(fields['type'] ?? '', `${path}.type`, maxNameLength);
  if (type === '') reader.report(`${path}.type`, 'is required: traits are found by their type');
  return {
    type: type ?? '',
    match: reader.object(fields['match'], `${path}.match`),
    properties: reader.object(fields['properties'], `${path}.properties`),
    disable: reader.flag(fields['disable'], `${path}.disable`),
    remove: readPointers(reader, fields['remove'], `${path}.remove`),
  };
}

function readPointers(reader: ShapeReader, value: JsonValue | undefined, path: string): string[] {
  const pointers = reader.strings(value, path, maxPointerLength);
  for (const [index, pointer] of pointers.entries()) {
    if (isPointer(pointer)) continue;
    const advice = pointer.includes('~')
      ? 'where ~ in a key is written ~0 and / is written ~1'
      : 'such as "/env/DEBUG"';
    reader.report(`${path}[${index}]`, `must be a JSON Pointer into the properties, ${advice}`);
  }
  return pointers;
}

/** KubeVela treats an empty string as absent. */
function emptyAsAbsent(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
