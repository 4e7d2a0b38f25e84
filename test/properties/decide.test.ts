import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '../../src/api/object.ts';
import { decide, denialsOnApply, dependsOnOtherObjects } from '../../src/domain/admission/decide.ts';
import { sameJson } from '../../src/domain/json/canonical-json.ts';
import { sharedWith } from '../../src/domain/json/reused-values.ts';
import { rememberingHash } from '../../src/domain/revisions/content-hashes.ts';
import { lifecyclePath } from '../../src/domain/spoke/declared-lifecycle.ts';
import type { Facts, TopologyFacts, Referrer } from '../../src/domain/admission/facts.ts';
import type { KnownRevision } from '../../src/domain/refs/resolution.ts';
import { rules } from '../../src/domain/admission/rules/all.ts';
import { parseRef } from '../../src/domain/refs/version-ref.ts';
import { anyJson, anyJsonObject } from '../support/any-json.ts';
import { applyPatch } from '../../src/domain/json/json-patch.ts';
import { factsOf, referenceFacts, stampedAs } from '../support/facts.ts';
import { byop, deployment, environment, profile } from '../support/manifests.ts';
import { anyPairing } from '../support/pairings.ts';
import { anyShape, anyUnchangedRequest, anyDeploymentChange } from '../support/deployment-changes.ts';
import type { UncheckedObject } from '../../src/api/unchecked-object.ts';
import type { FoundReference } from '../../src/domain/refs/found-reference.ts';

const kinds = [
  'Environment',
  'WorkloadProfile',
  'PolicyDefinition',
  'WorkloadDeployment',
  'DefinitionRevision',
  'ConfigMap',
];
const codes = rules.map(({ code }) => code);

/** Rules about namespaces and Workloads on the spokes: they must not deny an edit that changes nothing there. */
const lifecycleCodes: ReadonlySet<string> = new Set([
  'LifecycleNotSupported',
  'NamespaceLifecycleConflict',
  'NamespaceWouldBeDeleted',
  'OrphanWithoutCreate',
  'OrphaningRuleNeverMatches',
  'ProtectedNamespace',
  'WorkloadConflict',
  'WorkloadOrphanKeepsNamespace',
  'WorkloadsWouldMove',
]);

/** Nested objects with `value` at a dotted path. */
const nested = (path: string, value: JsonValue): JsonObject =>
  path.split('.').reduceRight<JsonValue>((inner, field) => ({ [field]: inner }), value) as JsonObject;

const anyRef = fc.oneof(
  anyJson,
  fc.record({ name: fc.oneof(anyJson, fc.constantFrom('primary', 'primary@v1', 'primary@v1.3')), namespace: anyJson }),
);
const anyDeleteOption = fc
  .array(
    fc.record({
      resource: fc.oneof(anyJson, fc.constantFrom('namespaces', 'Namespace', 'workloads')),
      namespace: anyJson,
      group: anyJson,
    }),
    { maxLength: 2 },
  )
  .chain((orphaningRules) =>
    fc.record(
      {
        propagationPolicy: fc.oneof(anyJson, fc.constantFrom('Foreground', 'Orphan', 'SelectivelyOrphan')),
        selectivelyOrphans: fc.constant({ orphaningRules }),
      },
      { requiredKeys: ['selectivelyOrphans'] },
    ),
  );
const properties = lifecyclePath.replace('spec.topology.properties.', '');
const anyTopology = fc.oneof(
  anyJson,
  fc.record({
    type: fc.oneof(anyJson, fc.constantFrom('topology-ocm', 'topology-ocm-byop', 'mine', 'topology-ocn')),
    properties: fc.oneof(
      anyJson,
      fc.record({ spokeNamespace: anyJson, workload: anyJson }).map((lifecycle) => nested(properties, lifecycle)),
      anyDeleteOption.map((option) => nested('manifestWorkReplicaSet.manifestWorkTemplate.deleteOption', option)),
    ),
  }),
);
const anySpec = fc.oneof(
  anyJson,
  fc.record(
    {
      version: fc.oneof(anyJson, fc.constantFrom('1.3.6', '1.3.7-rc.1')),
      topology: anyTopology,
      policies: fc.oneof(
        anyJson,
        fc.array(
          fc.record({
            name: anyJson,
            type: fc.constant('override'),
            properties: fc.oneof(anyJson, fc.constant({ selector: [] })),
          }),
          { maxLength: 2 },
        ),
      ),
      environmentRef: anyRef,
      workloadProfileRef: anyRef,
      workload: fc.oneof(
        anyJson,
        fc.record({ name: anyJson, namespace: fc.oneof(anyJson, fc.constant('default')), components: anyJson }),
      ),
      schematic: anyJson,
    },
    { requiredKeys: [] },
  ),
);
const anyCodes = fc.array(fc.oneof(fc.constantFrom(...codes), fc.string({ maxLength: 5 })), { maxLength: 3 });
const anyAnnotations = fc.oneof(
  anyJson,
  fc.record(
    {
      'spectrocloud.com/acknowledge': fc.oneof(
        anyJson,
        anyCodes.map((some) => some.join(',')),
      ),
      'spectrocloud.com/acknowledged-revision': anyJson,
      'spectrocloud.com/revision': fc.oneof(anyJson, fc.constantFrom('1', '7')),
      'spectrocloud.com/revision-hash': anyJson,
      'spectrocloud.com/environment-revision': fc.oneof(anyJson, fc.constant('team/primary@v1')),
      'spectrocloud.com/requested-environment-ref': anyJson,
      'kubectl.kubernetes.io/last-applied-configuration': anyJson,
    },
    { requiredKeys: [] },
  ),
);

/** An object as a file may contain it. Only its name is always valid; the kind is that of the request. */
const anyObject = fc
  .record(
    {
      annotations: anyAnnotations,
      labels: anyJson,
      deletionTimestamp: anyJson,
      ownerReferences: anyJson,
      spec: anySpec,
      status: fc.oneof(anyJson, fc.record({ revision: anyJson, versions: anyJson })),
    },
    { requiredKeys: [] },
  )
  .map(({ annotations, labels, deletionTimestamp, ownerReferences, ...rest }) => {
    const given = Object.entries({ annotations, labels, deletionTimestamp, ownerReferences }).filter(
      (entry) => entry[1] !== undefined,
    );
    const metadata = { name: 'a', namespace: 'team', ...Object.fromEntries(given) };
    return { apiVersion: 'spectrocloud.com/v1beta1', metadata, ...rest } as unknown as Omit<UncheckedObject, 'kind'>;
  });

/** The revisions that may be found for a ref. The newest revision is never retiring, because it is the object itself. */
const anyReference = fc.record({
  namespace: fc.constantFrom('team', 'mural-system'),
  revisions: fc.constantFrom<KnownRevision[]>(
    [],
    [{ revision: 1 }],
    [{ revision: 1, version: '1.3.6' }, { revision: 2, retiring: true }, { revision: 3 }],
  ),
});
type Found = Partial<Facts> & { references: Record<'environmentRef' | 'workloadProfileRef', Reference> };
interface Reference {
  namespace: string;
  revisions: KnownRevision[];
  notReady?: NonNullable<FoundReference['notReady']>;
}
const anyTopologyFacts: fc.Arbitrary<TopologyFacts> = fc.oneof(
  fc.constant({ state: 'unchecked', problem: 'too slow' } as const),
  fc.boolean().map((impossible) => ({ state: 'unknown', message: 'the topology does not exist', impossible }) as const),
  fc
    .array(fc.record({ path: fc.array(fc.string(), { maxLength: 2 }), message: fc.string() }), { maxLength: 2 })
    .map((problems) => ({ state: 'checked', problems }) as const),
);
const anyReferrer: fc.Arbitrary<Referrer> = fc.record({
  kind: fc.constantFrom('WorkloadDeployment', 'Environment'),
  namespace: fc.string(),
  name: fc.string(),
  visible: fc.boolean(),
});

/** Any facts that gathering may find. */
const anyFound: fc.Arbitrary<Found> = fc
  .record(
    {
      environment: anyReference,
      workloadProfile: anyReference,
      topology: anyTopologyFacts,
      templateProblems: fc.array(fc.string(), { maxLength: 2 }),
      pinRefs: fc.constantFrom('true', 'required'),
      missingRights: fc.array(
        fc.record({
          path: fc.constantFrom('spec.environmentRef.name', 'metadata.annotations[x]'),
          verb: fc.constantFrom('use', 'override'),
          group: fc.string(),
          resource: fc.string(),
          namespace: fc.string(),
        }),
        { maxLength: 1 },
      ),
      publishedSpec: anyJsonObject,
      shadowedPins: fc.array(anyReferrer, { maxLength: 7 }),
      shape: anyShape,
      changes: fc.array(anyDeploymentChange, { maxLength: 3 }),
      referrers: fc.array(anyReferrer, { maxLength: 7 }),
      pairings: fc.array(anyPairing, { maxLength: 3 }),
      notReady: fc.record({ reason: fc.string(), message: fc.string(), visible: fc.boolean() }),
    },
    { requiredKeys: ['environment', 'workloadProfile'] },
  )
  .map(({ environment: used, workloadProfile, notReady, ...rest }) => {
    const environmentRef = { ...used, ...(notReady && { notReady }) };
    return { ...(rest as Partial<Facts>), references: { environmentRef, workloadProfileRef: workloadProfile } };
  });

/** What was found for the ref of an object; `undefined` if the ref cannot be parsed. */
function referenceOf(object: UncheckedObject | undefined, field: string, found: Reference): FoundReference | undefined {
  const ref = object?.spec?.[field];
  const name = isJsonObject(ref) ? ref['name'] : undefined;
  if (typeof name !== 'string' || !parseRef(name).ok) return undefined;
  const { namespace, revisions, ...rest } = found;
  return { ...referenceFacts(name, namespace, revisions), ...rest };
}

const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    operation: fc.constantFrom('CREATE', 'UPDATE', 'DELETE'),
    phase: fc.constantFrom('mutate', 'validate'),
    object: anyObject,
    oldObject: fc.option(anyObject, { nil: undefined }),
    found: anyFound,
  })
  .map(({ kind, operation, phase, object, oldObject, found: { references, pinRefs, ...found } }) => {
    const now = operation === 'DELETE' ? undefined : ({ ...object, kind } as UncheckedObject);
    // Most edits leave most of an object unchanged.
    const old = operation === 'CREATE' ? undefined : ({ ...(oldObject ?? object), kind } as UncheckedObject);
    const environmentFound = referenceOf(now, 'environmentRef', references.environmentRef);
    const profileFound = referenceOf(now, 'workloadProfileRef', references.workloadProfileRef);
    const request = { kind, operation, phase, ...(now && { object: now }), ...(old && { oldObject: old }) };
    return factsOf(request, {
      ...found,
      // Gathered only if a ref changes.
      ...(pinRefs && !sameJson(now?.spec, old?.spec) && { pinRefs }),
      ...(environmentFound && { environment: environmentFound }),
      ...(profileFound && { workloadProfile: profileFound }),
    });
  });

/** Facts that share no value with those of another rule. */
function ownCopy({ hash, ...facts }: Facts): Facts {
  return { ...structuredClone(facts), hash };
}

/** Facts as they are after a review was read: the object contains the values of the old object that it has not changed. */
function withSharedValues(facts: Facts): Facts {
  const copy = ownCopy(facts);
  const { object, oldObject } = copy.request;
  if (object === undefined || oldObject === undefined) return copy;
  const [now, before] = [object, oldObject] as (UncheckedObject & JsonObject)[];
  return now === undefined || before === undefined
    ? copy
    : { ...copy, request: { ...copy.request, object: sharedWith(now, before) as typeof now } };
}

const anySeverities = fc.dictionary(fc.constantFrom(...codes), fc.constantFrom('deny', 'warn', 'off'), {
  maxKeys: 3,
  noNullPrototype: true,
});

describe('a decision on any facts', () => {
  it('never throws, is a refusal if and only if a violation denies, and contains codes of known rules only', () => {
    fc.assert(
      fc.property(anyFacts, anySeverities, (facts, severities) => {
        const decision = decide(facts, severities);
        const { refusal, violations, patch } = decision;
        assert.equal(
          refusal !== undefined,
          violations.some(({ severity }) => severity === 'deny'),
        );
        if (refusal !== undefined) assert.deepEqual(patch, []);
        for (const { code } of violations) assert.ok(codes.includes(code), code);
        assert.equal(typeof dependsOnOtherObjects(decision, facts), 'boolean');
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same for the same facts, and does not change them', () => {
    fc.assert(
      fc.property(anyFacts, anySeverities, (facts, severities) => {
        const before = JSON.stringify(facts);
        const decision = decide(facts, severities);
        assert.equal(JSON.stringify(facts), before);
        assert.deepEqual(
          decide({ ...structuredClone({ ...facts, hash: undefined }), hash: facts.hash }, severities),
          decision,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is the same whether rules share what they compute, or each rule computes it from objects of its own', () => {
    let found = 0;
    fc.assert(
      fc.property(anyFacts, anySeverities, (facts, severities) => {
        const shared = { ...withSharedValues(facts), hash: rememberingHash(facts.hash) };
        assert.deepEqual(decide(shared, severities), decide(facts, severities));
        for (const rule of rules) {
          const alone = rule.find(ownCopy(facts));
          if (alone.length > 0) found += 1;
          assert.deepEqual(rule.find(shared), alone, rule.code);
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(found > 100, `only ${found} findings`);
  }).timeout(60_000);

  it('has no patch for an object with its own patch applied, and allows it', () => {
    let patched = 0;
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { object } = facts.request;
        const { refusal, patch } = decide(facts);
        if (object === undefined || refusal !== undefined) return;
        if (patch.length > 0) patched += 1;
        const stored = applyPatch(object as UncheckedObject & JsonObject, patch);
        const again = decide({ ...facts, request: { ...facts.request, object: stored } });
        assert.deepEqual({ refusal: again.refusal, patch: again.patch }, { refusal: undefined, patch: [] });
      }),
      { numRuns: 2000 },
    );
    assert.ok(patched > 10, `only ${patched} requests were patched`);
  }).timeout(60_000);

  it('lets no severity and no acknowledgement weaken a rule that is not overridable', () => {
    const required = new Set(rules.filter(({ overridable }) => !overridable).map(({ code }) => code));
    const off = Object.fromEntries(codes.map((code) => [code, 'off'] as const));
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const weakened = [decide(facts), decide(facts, off)].flatMap(({ violations }) =>
          violations.filter(({ code, severity }) => required.has(code) && severity !== 'deny'),
        );
        assert.deepEqual(weakened, []);
        const remaining = decide(facts, off).violations.filter(({ code }) => !required.has(code));
        assert.deepEqual(remaining, [], 'all other rules can be switched off');
      }),
      { numRuns: 300 },
    );
  });
});

const edits: fc.Arbitrary<{ oldObject: KubeObject; object: KubeObject }> = fc
  .record({
    what: fc.constantFrom('labels', 'annotations', 'version', 'policies', 'components', 'profile'),
    old: fc.constantFrom(
      environment('team', { lifecycle: { spokeNamespace: { create: false, orphan: true } } }),
      environment('team', { lifecycle: { workload: { orphan: true } } }),
      environment('team', { topology: { type: 'mine', properties: { deleteOption: {} } } }),
      // Stored while the webhook was unavailable: it is invalid, but this edit does not have to correct it.
      environment('team', {
        topology: {
          ...byop('hub', 'gpu'),
          properties: { ...byop('hub', 'gpu').properties, ...nested(properties, {}) },
        },
      }),
      environment('team', {
        topology: {
          ...byop('hub', 'gpu'),
          properties: nested(
            'manifestWorkReplicaSet.manifestWorkTemplate.deleteOption.selectivelyOrphans.orphaningRules',
            [{ resource: 'Namespace' }],
          ),
        },
      }),
      profile('team'),
      deployment('team'),
      deployment('team', { spokeNamespace: 'default' }),
    ),
    text: fc.stringMatching(/^[a-z]{1,8}$/),
  })
  .map(({ what, old, text }) => {
    const oldObject = stampedAs(old as KubeObject, 1);
    const spec: JsonObject = JSON.parse(JSON.stringify(old.spec));
    const { metadata } = oldObject;
    const edited: Record<typeof what, object> = {
      labels: { metadata: { ...metadata, labels: { [text]: text } } },
      annotations: { metadata: { ...metadata, annotations: { ...metadata.annotations, [text]: text } } },
      version: { spec: { ...spec, version: '1.3.6' } },
      policies: {
        spec: {
          ...spec,
          policies: [
            { name: text, type: 'override', properties: { components: [{ name: text, properties: { a: 1 } }] } },
          ],
        },
      },
      components: {
        spec: {
          ...spec,
          ...(old.kind === 'WorkloadProfile' ? { workload: { components: [{ name: text, type: 'a' }] } } : {}),
        },
      },
      profile: {
        spec: { ...spec, ...(old.kind === 'WorkloadDeployment' ? { workloadProfileRef: { name: text } } : {}) },
      },
    };
    return { oldObject, object: { ...oldObject, ...edited[what] } };
  });

describe('an edit that changes nothing on the spokes', () => {
  const unchanged = fc.array(anyUnchangedRequest, { maxLength: 3 });

  it('is neither denied nor warned about by a lifecycle rule', () => {
    fc.assert(
      fc.property(edits, unchanged, fc.constantFrom('mutate', 'validate'), ({ object, oldObject }, changes, phase) => {
        const { violations } = decide(factsOf({ object, oldObject, phase }, { changes }));
        assert.deepEqual(
          violations.filter(({ code }) => lifecycleCodes.has(code)),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is never blocked on apply', () => {
    const { hash, systemNamespace, revisionWriters, protectedNamespaces } = factsOf({ object: deployment('team') });
    fc.assert(
      fc.property(anyUnchangedRequest, (change) => {
        assert.deepEqual(
          denialsOnApply(change, { hash, systemNamespace, revisionWriters, protectedNamespaces }, { acknowledged: [] }),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });
});
