import { isJsonObject, keyOf, type JsonObject } from '../../../api/object.ts';
import { policyDefinitionTypeLabel } from '../../../api/policy-definition.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { templateOf } from '../../../catalog/catalog.ts';
import type { Facts, RequestFacts } from '../../../domain/admission/facts.ts';
import { canonicalJson } from '../../../domain/json/canonical-json.ts';
import { topologyOf } from '../../../domain/json/fields.ts';
import { usesByTopology } from '../../../domain/refs/uses.ts';
import { renderDefaults, renderSample } from '../../../domain/render/sample-render.ts';
import type { Render, RenderTools } from '../../../domain/render/workload-render.ts';
import type { GatherContext } from '../context.ts';
import { editedHistory, resolvesToEdit } from '../edited-history.ts';
import { BoundedRenderer, type BoundedRendererContext, type Verdict } from './bounded-renderer.ts';

export type TopologyRenderContext = BoundedRendererContext &
  Pick<GatherContext, 'catalog' | 'referrers' | 'visibility'>;

/** This many renders wait for the engine at the same time. */
const concurrentRenders = 4;

/** Environments whose topology is rendered with the same properties: the first one is rendered, and counts for all. */
interface Group {
  properties: JsonObject;
  environments: { namespace: string; name: string }[];
}

/** What an edit of a PolicyDefinition does to the renders of the Environments that use it; if none does, what it renders by default. */
export async function gatherTopologyRenders(
  { kind, namespace, object, oldObject }: RequestFacts,
  context: TopologyRenderContext,
): Promise<Pick<Facts, 'topologyRenders'>> {
  // No Environment can use a PolicyDefinition of another namespace.
  if (kind !== 'PolicyDefinition' || object === undefined || namespace !== context.catalog.systemNamespace) return {};
  const edit = { now: usableTemplate(object), before: usableTemplate(oldObject) };
  if (edit.now === edit.before || !(await compiles(edit.now, context))) return {};
  const renderer = new BoundedRenderer(context);
  const { groups, unevaluated } = await followers(object, oldObject, context);
  const verdicts = await inTurns(groups, (group) =>
    verdictOf(edit, renderer, (template, tools) => renderSample(sampleOf(group, template), tools)),
  );
  const broken = groups.flatMap(({ environments }, index) => {
    const verdict = verdicts[index];
    return verdict?.state === 'failed' ? [{ environments, message: verdict.message }] : [];
  });
  const skipped = groups.filter((_, index) => verdicts[index]?.state === 'unknown');
  // Defaults need not be usable if every Environment sets other values.
  const defaults = groups.length > 0 ? undefined : await verdictOf(edit, renderer, renderDefaults);
  return {
    topologyRenders: {
      broken: await Promise.all(
        broken.map(async ({ environments, message }) => ({
          message,
          environments: await Promise.all(environments.map((each) => context.visibility.of('Environment', each))),
        })),
      ),
      unevaluated: unevaluated + skipped.reduce((sum, { environments }) => sum + environments.length, 0),
      // Required parameters may be missing, which says nothing about the template.
      ...(defaults?.state === 'failed' && !defaults.aboutProperties ? { defaults: defaults.message } : {}),
    },
  };
}

/** The template with which Environments can be rendered; `undefined` if the object is no topology. */
function usableTemplate(object: UncheckedObject | undefined): string | undefined {
  return object?.metadata.labels?.[policyDefinitionTypeLabel] === 'topology' ? templateOf(object.spec) : undefined;
}

/** Whether a template compiles. One that does not is denied, and one whose evaluation was stopped is admitted with a note. */
async function compiles(
  template: string | undefined,
  { topologies, namespace, signal }: TopologyRenderContext,
): Promise<boolean> {
  if (template === undefined) return true;
  const checked = await topologies.check(template, {}, { namespace, signal });
  return checked.ok || checked.reason === 'InvalidParameter';
}

const notATopology = `without the label ${policyDefinitionTypeLabel}: topology it is no topology`;

interface TemplateEdit {
  now: string | undefined;
  before: string | undefined;
}

/** What the new template renders. What the old one could not render either is not a problem of the edit. */
async function verdictOf(
  { now, before }: TemplateEdit,
  renderer: BoundedRenderer,
  render: (template: string, tools: RenderTools) => Promise<Render>,
): Promise<Verdict> {
  const verdict: Verdict =
    now === undefined
      ? { state: 'failed', message: notATopology, aboutProperties: false }
      : await renderer.evaluate((tools) => render(now, tools));
  if (verdict.state !== 'failed' || before === undefined) return verdict;
  const previous = await renderer.evaluate((tools) => render(before, tools));
  return previous.state === 'failed' ? { state: 'rendered' } : verdict;
}

function sampleOf({ properties, environments: [first] }: Group, template: string) {
  const { namespace = '', name = '' } = first ?? {};
  return { namespace, name, isBuiltin: false, template, properties };
}

/** The results in the order of the items. A few items are evaluated at the same time. */
async function inTurns<T, R>(items: readonly T[], evaluate: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += concurrentRenders) {
    results.push(...(await Promise.all(items.slice(start, start + concurrentRenders).map(evaluate))));
  }
  return results;
}

/**
 * The Environments whose topology means the new revision, grouped by the properties. Only the first of each group is read, and at most
 * as many as may be rendered. `unevaluated` counts the Environments of further groups.
 */
async function followers(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  { catalog, referrers, renderLimits }: TopologyRenderContext,
): Promise<{ groups: Group[]; unevaluated: number }> {
  const history = await editedHistory(catalog, 'PolicyDefinition', { object, oldObject });
  if (history === undefined) return { groups: [], unevaluated: 0 };
  const { name } = object.metadata;
  const most = renderLimits?.count ?? Infinity;
  const firsts = new Map<string, string>();
  const members = new Map<string, { of: string; namespace: string; name: string }>();
  const isFirst = (environment: UncheckedObject): boolean => {
    const uses = usesByTopology(environment, name, catalog.systemNamespace);
    const isFollower =
      environment.metadata.deletionTimestamp === undefined &&
      uses.some(({ ref }) => resolvesToEdit(ref.selector, history));
    if (!isFollower) return false;
    const [key, of] = [keyOf(environment), canonicalJson(propertiesOf(environment))];
    const { namespace = '', name: ofMember } = environment.metadata;
    members.set(key, { of, namespace, name: ofMember });
    if (!firsts.has(of) && firsts.size < most) firsts.set(of, key);
    return firsts.get(of) === key;
  };
  const found = await referrers.byTopology(name, isFirst);
  const byGroup = Map.groupBy(members.values(), ({ of }) => of);
  const groups = found.map((environment): Group => {
    const properties = propertiesOf(environment);
    const environments = byGroup.get(canonicalJson(properties)) ?? [];
    return {
      properties,
      environments: environments.map(({ namespace, name: member }) => ({ namespace, name: member })),
    };
  });
  const evaluated = groups.reduce((sum, { environments }) => sum + environments.length, 0);
  return { groups, unevaluated: members.size - evaluated };
}

function propertiesOf(environment: UncheckedObject): JsonObject {
  const { properties } = topologyOf(environment);
  return isJsonObject(properties) ? properties : {};
}
