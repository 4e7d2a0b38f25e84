import { parseJson } from '../../api/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { TopologyContext } from '../../api/topology-context.ts';
import { sameJson } from '../json/canonical-json.ts';
import { placeholderContext, placeholderPrefix } from './topology-shape.ts';
import type { TopologyRenderer } from './workload-render.ts';

/**
 * The maximum length of all manifests of a Workload, in characters. CUE needs time and memory for longer ones, so that only their own
 * render shows whether they fit.
 */
const maxManifests = 64 * 1024;

/**
 * Renders built-in topologies once for all Workloads: with placeholders, which are then replaced by the names and the manifests of the
 * Workload. The result is that of its own render, because these topologies copy the manifests and use names only as names. A Workload
 * for which that is not certain gets its own render.
 */
export function placeholderRenders(topologies: TopologyRenderer): TopologyRenderer {
  return {
    render: async (template, properties, context, options) => {
      if (!isReplaceable(properties, context)) return topologies.render(template, properties, context, options);
      const shared = placeholderContext(context.environment);
      const outcome = await topologies.render(template, properties, shared, options);
      return outcome.ok ? { ok: true, objects: replacePlaceholders(outcome.objects, shared, context) } : outcome;
    },
  };
}

/** Whether a placeholder in the render can come only from the context, and CUE copies the manifests without a change. */
function isReplaceable(properties: JsonObject, { workloadYamls }: TopologyContext): boolean {
  const manifests = workloadYamls.join('');
  return (
    manifests.length <= maxManifests &&
    // JSON has no text for half of a surrogate pair, and CUE replaces it.
    !/\\ud[89a-f]/i.test(manifests) &&
    !JSON.stringify(properties).includes(placeholderPrefix)
  );
}

function replacePlaceholders(
  objects: readonly JsonObject[],
  shared: TopologyContext,
  own: TopologyContext,
): JsonObject[] {
  const names = new Map([
    [shared.namespace, own.namespace],
    [shared.workloadName, own.workloadName],
    [shared.deployment.namespace, own.deployment.namespace],
    [shared.deployment.name, own.deployment.name],
  ]);
  const manifests = shared.workloadYamls.map(manifestOf);
  const replaced = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return names.get(value) ?? value;
    if (Array.isArray(value)) return value.map(replaced);
    if (!isJsonObject(value)) return value;
    const text =
      own.workloadYamls[manifests.findIndex((each) => each['kind'] === value['kind'] && sameJson(each, value))];
    return text === undefined ? fields(value) : manifestOf(text);
  };
  const fields = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, replaced(value)]));
  return objects.map(fields);
}

function manifestOf(text: string): JsonObject {
  const manifest: JsonObject = parseJson(text);
  return manifest;
}
