import { isJsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { templateOf } from '../../catalog/catalog.ts';
import type { Facts, RequestFacts, TopologyFacts } from '../../domain/admission/facts.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { sameTopology } from '../../domain/spoke/admission-defaults.ts';
import type { GatherContext } from './context.ts';

type TopologyContext = Pick<GatherContext, 'catalog' | 'topologies' | 'namespace' | 'signal'>;

/** What CUE reports about the new topology of an Environment, or about the new template of a PolicyDefinition that Environments can use. */
export async function gatherTopology(
  { kind, namespace, object, oldObject }: RequestFacts,
  context: TopologyContext,
): Promise<Pick<Facts, 'topology' | 'templateProblems'>> {
  if (object === undefined) return {};
  if (kind === 'PolicyDefinition') {
    // No Environment can use a PolicyDefinition of another namespace.
    if (namespace !== context.catalog.systemNamespace || sameJson(object.spec, oldObject?.spec)) return {};
    return checkTemplate(object, context);
  }
  if (kind !== 'Environment' || (oldObject !== undefined && sameTopology(object, oldObject))) return {};
  const topology = await checkTopology(object, context);
  return topology === undefined ? {} : { topology };
}

async function checkTopology(
  object: UncheckedObject,
  { catalog, topologies, namespace, signal }: TopologyContext,
): Promise<TopologyFacts | undefined> {
  const topology = object.spec?.['topology'];
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  if (!isJsonObject(topology) || typeof type !== 'string') return undefined;
  const found = await catalog.topology(type);
  if (found.state === 'invalid') return undefined;
  if (found.state === 'unknown') return found;
  const { properties = {} } = topology;
  // Non-objects are rejected by the schema.
  if (!isJsonObject(properties)) return undefined;
  const checked = await topologies.check(found.template, properties, { namespace, signal });
  if (checked.ok) return { state: 'checked', problems: [] };
  if (checked.reason === 'InvalidParameter') return { state: 'checked', problems: checked.violations };
  return { state: 'unchecked', problem: problemOf(checked) };
}

async function checkTemplate(
  object: UncheckedObject,
  { topologies, namespace, signal }: TopologyContext,
): Promise<Pick<Facts, 'templateProblems' | 'topology'>> {
  const template = templateOf(object.spec);
  if (template === undefined) return {};
  const checked = await topologies.check(template, {}, { namespace, signal });
  // Parameters are always missing here, because there are no properties: only errors of the template itself count.
  if (checked.ok || checked.reason === 'InvalidParameter') return {};
  if (checked.reason === 'InvalidTemplate')
    return { templateProblems: checked.violations.map(({ message }) => message) };
  return { topology: { state: 'unchecked', problem: problemOf(checked) } };
}

function problemOf(result: { reason: string; violations: { message: string }[] }): string {
  return result.violations[0]?.message ?? result.reason;
}
