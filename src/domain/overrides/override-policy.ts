import type { JsonObject, JsonValue } from '../../api/object.ts';
import { parsePointer } from '../json/json-pointer.ts';
import { ShapeReader } from '../json/shape-reader.ts';
import type { Violation } from '../violation.ts';

/** The properties of a policy of type `override`: those of KubeVela, and `remove`. */
export interface OverridePolicy {
  components: ComponentPatch[];
  /** Names of the components that stay; undefined means all. */
  selector: string[] | undefined;
}

export interface ComponentPatch {
  /** `*` is a wildcard; undefined means every component, of the type if there is one. */
  name: string | undefined;
  type: string | undefined;
  properties: JsonObject | undefined;
  /** JSON Pointers into the properties. */
  remove: string[];
  traits: TraitPatch[];
}

export interface TraitPatch {
  type: string;
  properties: JsonObject | undefined;
  disable: boolean;
  /** JSON Pointers into the properties of the trait. */
  remove: string[];
}

type InvalidPolicy = Violation & { code: 'InvalidSpec'; severity: 'deny' };

// As many as a Workload may have components; more could not all match.
const entriesAtMost = 128;

/** All places where the properties of an override policy are not of its shape, code `InvalidSpec`. */
export function checkOverridePolicy(properties: JsonValue, path: string): InvalidPolicy[] {
  return readOverridePolicy(properties, path).violations;
}

/** The policy, and all that is wrong with its shape. What is wrong is left out of the policy. */
export function readOverridePolicy(
  properties: JsonValue,
  path: string,
): { policy: OverridePolicy; violations: InvalidPolicy[] } {
  const reader = new ShapeReader(entriesAtMost);
  const { components, selector } = reader.fields(properties, path, ['components', 'selector']);
  const policy = {
    components: reader
      .list(components, `${path}.components`)
      .map((patch, index) => readComponent(reader, patch, `${path}.components[${index}]`)),
    selector: selector === undefined ? undefined : reader.strings(selector, `${path}.selector`),
  };
  return { policy, violations: reader.problems.map((found) => ({ code: 'InvalidSpec', severity: 'deny', ...found })) };
}

function readComponent(reader: ShapeReader, value: JsonValue, path: string): ComponentPatch {
  const fields = reader.fields(value, path, ['name', 'type', 'properties', 'remove', 'traits']);
  return {
    name: blankAsAbsent(reader.string(fields['name'], `${path}.name`)),
    type: blankAsAbsent(reader.string(fields['type'], `${path}.type`)),
    properties: reader.object(fields['properties'], `${path}.properties`),
    remove: readPointers(reader, fields['remove'], `${path}.remove`),
    traits: reader
      .list(fields['traits'], `${path}.traits`)
      .map((trait, index) => readTrait(reader, trait, `${path}.traits[${index}]`)),
  };
}

function readTrait(reader: ShapeReader, value: JsonValue, path: string): TraitPatch {
  const fields = reader.fields(value, path, ['type', 'properties', 'disable', 'remove']);
  const type = reader.string(fields['type'] ?? '', `${path}.type`);
  if (type === '') reader.report(`${path}.type`, 'is required: traits are found by their type');
  return {
    type: type ?? '',
    properties: reader.object(fields['properties'], `${path}.properties`),
    disable: reader.flag(fields['disable'], `${path}.disable`),
    remove: readPointers(reader, fields['remove'], `${path}.remove`),
  };
}

function readPointers(reader: ShapeReader, value: JsonValue | undefined, path: string): string[] {
  const texts = reader.strings(value, path);
  for (const [index, text] of texts.entries()) {
    if (parsePointer(text) !== undefined) continue;
    const advice = text.includes('~') ? 'where ~ in a key is written ~0 and / is written ~1' : 'such as "/env/DEBUG"';
    reader.report(`${path}[${index}]`, `must be a JSON Pointer into the properties, ${advice}`);
  }
  return texts;
}

/** KubeVela cannot tell an empty text from none. */
function blankAsAbsent(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
