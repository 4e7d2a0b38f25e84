import { isJsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { templateOf } from '../../catalog/catalog.ts';
import type { Facts, RequestFacts, TopologyFacts } from '../../domain/admission/facts.ts';
import { topologyRevisionAnnotation } from '../../domain/annotations.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import type { FoundReference } from '../../domain/refs/found-reference.ts';
import { readTopologyRef } from '../../domain/refs/read-ref.ts';
import { readTopologyStamp } from '../../domain/refs/topology-stamp.ts';
import { isBuiltinTopology } from '../../domain/refs/topology-type.ts';
import { sampleContext, type SampleEnvironment } from '../../domain/render/sample-render.ts';
import { sameTopology, withDefaults } from '../../domain/spoke/admission-defaults.ts';
import type { AdmissionRequest } from '../review/review.ts';
import type { GatherContext } from './context.ts';
import { asObject } from './request-facts.ts';

type TopologyContext = Pick<
  GatherContext,
  'catalog' | 'topologies' | 'samples' | 'visibility' | 'namespace' | 'signal'
>;

/** What CUE reports about the new topology of an Environment, or about the new template of a PolicyDefinition that Environments can use. */
export async function gatherTopology(
  { kind, namespace, object, oldObject }: RequestFacts,
  context: TopologyContext,
): Promise<Pick<Facts, 'topology' | 'topologyReference' | 'templateProblems'>> {
  if (object === undefined) return {};
  if (kind === 'PolicyDefinition') {
    // No Environment can use a PolicyDefinition of another namespace.
    if (namespace !== context.catalog.systemNamespace || sameJson(object.spec, oldObject?.spec)) return {};
    return checkTemplate(object, context);
  }
  if (kind !== 'Environment') return {};
  const topologyReference = await findTopology(object, context);
  const isUnchanged = oldObject !== undefined && sameTopology(object, oldObject);
  const topology = isUnchanged ? undefined : await checkTopology(object, context);
  return {
    ...(topologyReference === undefined ? {} : { topologyReference }),
    ...(topology === undefined ? {} : { topology }),
  };
}

/**
 * Whether the topology must be read live, because the request stamps the Environment with what the topology means: it is a
 * PolicyDefinition, and the ref is new or has no stamp yet.
 */
export function needsLiveTopology({ object, oldObject, kind }: AdmissionRequest): boolean {
  if (kind.kind !== 'Environment' || object === undefined) return false;
  const read = readTopologyRef(asObject(object).spec, '');
  if (read === undefined) return false;
  const old = oldObject === undefined ? undefined : asObject(oldObject);
  if (readTopologyRef(old?.spec, '')?.text !== read.text) return true;
  const { kind: selector } = read.ref.selector;
  const mayBePinned = selector === 'number' || selector === 'version';
  return (
    mayBePinned && readTopologyStamp(old?.metadata.annotations?.[topologyRevisionAnnotation], read.ref) === undefined
  );
}

async function findTopology(
  { spec }: UncheckedObject,
  { catalog }: TopologyContext,
): Promise<FoundReference | undefined> {
  const read = readTopologyRef(spec, catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { definition: _, ...found } = await catalog.find('PolicyDefinition', read);
  return found;
}

async function checkTopology(
  object: UncheckedObject,
  { catalog, topologies, samples, visibility, namespace, signal }: TopologyContext,
): Promise<TopologyFacts | undefined> {
  // With the defaults that the mutation adds, both webhooks check the same properties.
  const topology = withDefaults('Environment', object).spec?.['topology'];
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  if (!isJsonObject(topology) || typeof type !== 'string') return undefined;
  // Before mutation, the annotations may have any type.
  const annotations: unknown = object.metadata.annotations;
  const stamp = isJsonObject(annotations) ? annotations[topologyRevisionAnnotation] : undefined;
  const found = await catalog.topology(type, typeof stamp === 'string' ? stamp : undefined);
  if (found.state === 'invalid') return undefined;
  if (found.state === 'unknown') return { ...found, ...(await visibleNames({ catalog, visibility })) };
  if (found.state === 'changed') return found;
  const { properties = {} } = topology;
  // Non-objects are rejected by the schema.
  if (!isJsonObject(properties)) return undefined;
  const { name } = object.metadata;
  const isBuiltin = isBuiltinTopology(type);
  const sample: SampleEnvironment = { namespace, name, isBuiltin, template: found.template, properties };
  if (samples?.find(sample).isValid === true) return { state: 'checked', problems: [] };
  const context = sampleContext(sample);
  const checked = await topologies.check(found.template, properties, { namespace, signal, context });
  if (checked.ok) {
    samples?.add(sample, { isValid: true });
    return { state: 'checked', problems: [] };
  }
  if (checked.reason === 'InvalidParameter') return { state: 'checked', problems: checked.violations };
  return { state: 'unchecked', problem: problemOf(checked) };
}

/** The names of the PolicyDefinitions that an Environment can use; nothing if the requester may not see them. */
async function visibleNames({
  catalog: { store, systemNamespace },
  visibility,
}: Pick<GatherContext, 'catalog' | 'visibility'>): Promise<{ others?: readonly string[] }> {
  const { visible } = await visibility.of('PolicyDefinition', { namespace: systemNamespace, name: '' });
  return visible ? { others: await store.names('PolicyDefinition', systemNamespace) } : {};
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
