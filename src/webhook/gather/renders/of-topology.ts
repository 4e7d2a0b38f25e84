import { isJsonObject, keyOf, type JsonObject } from '../../../api/object.ts';
import { policyDefinitionTypeLabel } from '../../../api/policy-definition.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { templateOf } from '../../../catalog/catalog.ts';
import type { Facts, MaybeNamed, RequestFacts } from '../../../domain/admission/facts.ts';
import { canonicalJson } from '../../../domain/json/canonical-json.ts';
import { topologyOf } from '../../../domain/json/fields.ts';
import { usesByTopology } from '../../../domain/refs/uses.ts';
import { readStamp } from '../../../domain/revisions/revision.ts';
import { renderDefaults, renderSample } from '../../../domain/render/sample-render.ts';
import type { Render, RenderTools } from '../../../domain/render/workload-render.ts';
import type { GatherContext } from '../context.ts';
import { editedHistory, resolvesToEdit, type EditedHistory } from '../edited-history.ts';
import { inTurns } from './in-turns.ts';
import { olderRevisionsInUse } from './older-revisions.ts';
import { BoundedRenderer, type BoundedRendererContext, type Verdict } from './bounded-renderer.ts';

export type TopologyRenderContext = BoundedRendererContext &
  Pick<GatherContext, 'catalog' | 'referrers' | 'visibility'>;

/** Environments whose topology is rendered with the same properties: the first one is rendered, and counts for all. */
interface Group {
  properties: JsonObject;
  environments: Follower[];
}

/** An Environment, at a recorded revision if it is not the newest one. */
interface Follower {
  namespace: string;
  name: string;
  revision?: number;
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
          environments: await Promise.all(environments.map((each) => named(each, context))),
        })),
      ),
      unevaluated: unevaluated + skipped.reduce((sum, { environments }) => sum + environments.length, 0),
      // Required parameters may be missing, which says nothing about the template.
      ...(defaults?.state === 'failed' && !defaults.aboutProperties ? { defaults: defaults.message } : {}),
    },
  };
}

/** An Environment in a message: `primary`, or `primary@v3` if it is not the newest revision. */
async function named(
  { namespace, name, revision }: Follower,
  { visibility }: TopologyRenderContext,
): Promise<MaybeNamed> {
  const found = await visibility.of('Environment', { namespace, name });
  return revision === undefined ? found : { ...found, name: `${name}@v${revision}` };
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

/**
 * The Environments whose topology means the new revision, and older revisions of Environments that deployments use, grouped by the
 * properties. At most as many groups as may be rendered. `unevaluated` counts the Environments of further groups.
 */
async function followers(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  context: TopologyRenderContext,
): Promise<{ groups: Group[]; unevaluated: number }> {
  const history = await editedHistory(context.catalog, 'PolicyDefinition', { object, oldObject });
  if (history === undefined) return { groups: [], unevaluated: 0 };
  const most = context.renderLimits?.count ?? Infinity;
  const newest = await newestFollowers(object.metadata.name, history, most, context);
  const older = await olderRevisionsInUse(object, history, newest.revisions, context);
  const groups = new Map(newest.groups.map((group) => [canonicalJson(group.properties), group]));
  let { unevaluated } = newest;
  for (const { namespace, name, revision, spec } of older.found) {
    const properties = propertiesOf({ spec });
    const key = canonicalJson(properties);
    const group = groups.get(key);
    if (group !== undefined) group.environments.push({ namespace, name, revision });
    else if (groups.size < most) groups.set(key, { properties, environments: [{ namespace, name, revision }] });
    else unevaluated += 1;
  }
  return { groups: [...groups.values()], unevaluated: unevaluated + older.unevaluated };
}

interface NewestFollowers {
  groups: Group[];
  unevaluated: number;
  /** The newest revisions of all Environments with this topology, by `namespace/name`. */
  revisions: Map<string, number | undefined>;
}

/** Environments whose topology means the new revision. Only the first of each group is read, and at most as many as may be rendered. */
async function newestFollowers(
  name: string,
  history: EditedHistory,
  most: number,
  { catalog, referrers }: TopologyRenderContext,
): Promise<NewestFollowers> {
  const firsts = new Map<string, string>();
  const members = new Map<string, Follower & { of: string }>();
  const revisions = new Map<string, number | undefined>();
  const isFirst = (environment: UncheckedObject): boolean => {
    const uses = usesByTopology(environment, name, catalog.systemNamespace);
    const key = keyOf(environment);
    revisions.set(key, readStamp(environment.metadata)?.revision);
    const isFollower =
      environment.metadata.deletionTimestamp === undefined &&
      uses.some(({ ref }) => resolvesToEdit(ref.selector, history));
    if (!isFollower) return false;
    const of = canonicalJson(propertiesOf(environment));
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
  return { groups, unevaluated: members.size - evaluated, revisions };
}

function propertiesOf(environment: Pick<UncheckedObject, 'spec'>): JsonObject {
  const { properties } = topologyOf(environment);
  return isJsonObject(properties) ? properties : {};
}
