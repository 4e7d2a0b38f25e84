import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonValue, KubeObject } from '../../../src/api/object.ts';
import {
  decide,
  denialsOnApply,
  refuseOutOfBounds,
  dependsOnOtherObjects,
} from '../../../src/domain/admission/decide.ts';
import type { Facts, TopologyFacts, NeededRight } from '../../../src/domain/admission/facts.ts';
import type { DeploymentChange } from '../../../src/domain/spoke/change.ts';
import { mutationPatch } from '../../../src/domain/admission/mutation.ts';
import { rules } from '../../../src/domain/admission/rules/all.ts';
import { isRuleBlock } from '../../../src/domain/applied-reasons.ts';
import { anyJson } from '../../support/any-json.ts';
import { factsOf, referenceFacts, stampedAs } from '../../support/facts.ts';
import { byop, deployment, environment, profile } from '../../support/manifests.ts';
import { pairProblems, pairing } from '../../support/pairings.ts';
import {
  deletionRequest,
  deploymentRequest,
  spokeState,
  peer,
  deploymentChange,
} from '../../support/deployment-changes.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';

const sound = environment('team');
const broken = environment('team', { topology: { type: 'mine@1' } });
const unknown: TopologyFacts = { state: 'unknown', message: 'there is no such topology', impossible: false };
const codes = (facts: Facts) => decide(facts).violations.map(({ code }) => code);

describe('a decision', () => {
  it('allows a valid object, with the patch that it needs', () => {
    const facts = factsOf({ object: sound, phase: 'mutate' });
    const { refusal, patch, violations, notes } = decide(facts);
    assert.deepEqual({ refusal, violations, notes }, { refusal: undefined, violations: [], notes: [] });
    assert.deepEqual(patch, mutationPatch(facts));
  });

  it('has a patch only in the mutate phase', () => {
    assert.deepEqual(decide(factsOf({ object: stampedAs(sound, 1) })).patch, []);
  });

  it('denies an invalid object with status 422, without a patch, with one line and code per finding', () => {
    const { refusal, patch } = decide(factsOf({ object: broken, phase: 'mutate' }));
    assert.deepEqual(patch, []);
    assert.equal(refusal?.status, 422);
    assert.equal(refusal.reason, 'Invalid');
    for (const line of refusal.message.split('\n')) assert.match(line, /^spec\.topology\.type: .* \([A-Z]\w+\)$/);
  });

  it('denies an edit of content that is not recorded with status 429 and the seconds to wait', () => {
    const facts = factsOf({
      object: environment('team', { labels: { a: 'b' } }),
      oldObject: stampedAs(sound, 2, 1),
      phase: 'mutate',
    });
    const { refusal } = decide(facts);
    assert.deepEqual({ status: refusal?.status, seconds: refusal?.retryAfterSeconds }, { status: 429, seconds: 1 });
  });

  it('has status 422 if there are errors in fields and errors that a retry resolves', () => {
    const facts = factsOf({ object: broken, oldObject: stampedAs(sound, 2, 1), phase: 'mutate' });
    const { refusal, violations } = decide(facts);
    assert.deepEqual(
      { status: refusal?.status, seconds: refusal?.retryAfterSeconds },
      { status: 422, seconds: undefined },
    );
    assert.ok(violations.some(({ code }) => code === 'NotYetRecorded'));
  });

  it('denies writing a revision with status 403', () => {
    const object = { ...sound, kind: 'DefinitionRevision' };
    assert.equal(decide(factsOf({ object })).refusal?.status, 403);
  });

  it('warns without denying', () => {
    const facts = factsOf(
      { object: environment('team', { topology: { type: 'mine' } }), phase: 'mutate' },
      { topology: unknown },
    );
    const { refusal, violations, patch } = decide(facts);
    assert.equal(refusal, undefined);
    assert.deepEqual(
      violations.map(({ code, severity }) => ({ code, severity })),
      [{ code: 'UnknownTopology', severity: 'warn' }],
    );
    assert.ok(patch.length > 0);
  });

  it('uses the severities that the platform team has set', () => {
    const facts = factsOf(
      { object: environment('team', { topology: { type: 'mine' } }), phase: 'mutate' },
      { topology: unknown },
    );
    assert.equal(decide(facts, { UnknownTopology: 'deny' }).refusal?.status, 422);
    assert.deepEqual(decide(facts, { UnknownTopology: 'off' }).violations, []);
  });

  it('ignores severities of rules that are not overridable', () => {
    const off = {
      InvalidSpec: 'off',
      NotYetRecorded: 'off',
      RevisionIsImmutable: 'off',
      StampDoesNotFit: 'off',
    } as const;
    assert.equal(decide(factsOf({ object: broken }), off).refusal?.status, 422);
    assert.equal(decide(factsOf({ object: { ...sound, kind: 'DefinitionRevision' } }), off).refusal?.status, 403);
    assert.equal(decide(factsOf({ object: sound }), off).refusal?.status, 422, 'it has no stamp');
  });

  it('allows kinds that no rule is about', () => {
    assert.deepEqual(codes(factsOf({ object: { ...sound, kind: 'ConfigMap' } })), []);
  });

  it('notes a topology that could not be checked', () => {
    const topology: TopologyFacts = { state: 'unchecked', problem: 'it took more than 1500 ms' };
    assert.equal(decide(factsOf({ object: sound, phase: 'mutate' }, { topology })).notes.length, 1);
  });

  it('depends on other objects if a finding does, so that they are read live first', () => {
    const depends = (facts: Facts) => dependsOnOtherObjects(decide(facts), facts);
    const lost = factsOf({ object: deployment('team') }, { environment: referenceFacts('primary', 'team') });
    assert.equal(depends(lost), true);
    assert.equal(depends(factsOf({ object: broken })), false);
    assert.equal(depends(factsOf({ object: profile('team') })), false);
  });

  it('depends on the PolicyDefinition if CUE reports a problem of a custom topology, but not of a built-in', () => {
    const topology: TopologyFacts = { state: 'checked', problems: [{ path: ['x'], message: 'is not a field here' }] };
    const depends = (object: KubeObject) => {
      const facts = factsOf({ object }, { topology });
      return dependsOnOtherObjects(decide(facts), facts);
    };
    assert.equal(depends(environment('team', { topology: { type: 'edge' } })), true);
    assert.equal(depends(environment('team')), false);
  });

  it('depends on the PolicyDefinition if CUE did not finish, but not if CUE found no problem', () => {
    const depends = (topology: TopologyFacts) => {
      const facts = factsOf(
        { object: environment('team', { topology: { type: 'edge' } }), phase: 'mutate' },
        { topology },
      );
      return dependsOnOtherObjects(decide(facts), facts);
    };
    assert.equal(depends({ state: 'unchecked', problem: 'it took too long' }), true);
    assert.equal(depends({ state: 'checked', problems: [] }), false);
  });

  it('does not reveal to a requester who may not use an object whether it exists', () => {
    const path = 'spec.environmentRef.name';
    const right = {
      path,
      verb: 'use',
      group: 'g',
      resource: 'environments',
      namespace: 'other',
      name: 'primary',
    } as const;
    const environmentFacts = referenceFacts('primary', 'other');
    const { violations } = decide(
      factsOf({ object: deployment('team') }, { environment: environmentFacts, missingRights: [right] }),
    );
    assert.deepEqual(
      violations.map(({ code }) => code),
      ['NotAllowed'],
    );
  });
});

const key = 'spectrocloud.com/acknowledge';
/** The object with an acknowledgement of these codes. */
function acknowledging<T extends KubeObject>(object: T, codesOf: string): T {
  const annotations = { ...object.metadata.annotations, [key]: codesOf };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
/** The severity of each violation, by code. */
const severitiesOf = (facts: Facts) =>
  Object.fromEntries(decide(facts).violations.map(({ code, severity }) => [code, severity]));
const beside = {
  overridableNamespaces: ['other'],
  changes: [deploymentChange({ desired: spokeState('guest', ['a']), peers: [peer(spokeState('owner', ['a']))] })],
};

describe('a decision about an object with an acknowledgement', () => {
  it('only warns about what is acknowledged, and denies the rest', () => {
    const object = acknowledging(deployment('team'), 'WorkloadConflict');
    assert.deepEqual(severitiesOf(factsOf({ object }, beside)), {
      NamespaceLifecycleConflict: 'deny',
      WorkloadConflict: 'warn',
    });
    const both = acknowledging(deployment('team'), 'WorkloadConflict, NamespaceLifecycleConflict');
    assert.equal(decide(factsOf({ object: both }, beside)).refusal, undefined);
  });

  it('denies a finding about a deployment of another hub namespace in which the requester may not override', () => {
    const object = acknowledging(deployment('team'), 'WorkloadConflict,NamespaceLifecycleConflict');
    const { refusal } = decide(factsOf({ object }, { ...beside, overridableNamespaces: ['third'] }));
    assert.equal(refusal?.status, 403);
    for (const line of refusal.message.split('\n')) {
      assert.match(
        line,
        /; acknowledging this needs the verb override in the hub namespace of the other deployment too \(/,
      );
    }
  });

  it('denies in a later request what was acknowledged before', () => {
    const oldObject = acknowledging(deployment('team'), 'WorkloadConflict,NamespaceLifecycleConflict');
    const object = { ...oldObject, spec: { ...oldObject.spec, environmentRef: { name: 'other' } } };
    assert.equal(decide(factsOf({ object, oldObject }, beside)).refusal?.status, 403);
  });

  it('allows the deletion of an object with the acknowledgement, and denies that of another', () => {
    const owner = { observed: spokeState('owner', ['a']), peers: [peer(spokeState('guest', ['a']))] };
    const facts = deletionRequest(deploymentChange(owner));
    const { oldObject } = facts.request;
    assert.equal(decide(facts).refusal?.status, 403);
    assert.ok(oldObject);
    const acknowledged = {
      ...facts,
      overridableNamespaces: ['other'],
      request: { ...facts.request, oldObject: acknowledging(oldObject, 'NamespaceLifecycleConflict') },
    };
    assert.equal(decide(acknowledged).refusal, undefined);
  });

  it('applies the acknowledgement in the mutate phase too', () => {
    const object = environment('team', { topology: { type: 'topology-ocn' } });
    const statusFor = (given: KubeObject) =>
      decide(factsOf({ object: given, phase: 'mutate' }, { topology: unknown })).refusal?.status;
    assert.equal(statusFor(object), 422);
    assert.equal(statusFor(acknowledging(object, 'UnknownTopology')), undefined);
  });

  for (const code of ['InvalidSpec', 'NotYetRecorded', 'NotAllowed', 'StampDoesNotFit']) {
    it(`denies ${code}, which cannot be acknowledged`, () => {
      const right = { path: 'x', verb: 'use', group: 'g', resource: 'r', namespace: 'n' } as const;
      const facts = factsOf(
        { object: acknowledging(broken, code), oldObject: stampedAs(sound, 2, 1) },
        { missingRights: code === 'NotAllowed' ? [right] : [] },
      );
      assert.equal(severitiesOf(facts)[code], 'deny');
    });
  }

  it('denies writing a revision, which cannot be acknowledged', () => {
    const object = acknowledging({ ...sound, kind: 'DefinitionRevision' }, 'RevisionIsImmutable');
    assert.equal(decide(factsOf({ object })).refusal?.status, 403);
  });

  it('reports what CUE reports about the same field, which cannot be acknowledged', () => {
    const topology = byop('hub', 'gpu');
    const manifestWorkReplicaSet = { manifestWorkTemplate: { lifecycle: { workload: { orphan: true } } } };
    const object = environment('team', {
      topology: { ...topology, properties: { ...topology.properties, manifestWorkReplicaSet } },
    });
    const path = ['manifestWorkReplicaSet', 'manifestWorkTemplate', 'lifecycle'];
    const checked: TopologyFacts = { state: 'checked', problems: [{ path, message: 'field not allowed' }] };
    const reported = (given: KubeObject) =>
      severitiesOf(factsOf({ object: given, phase: 'mutate' }, { topology: checked }));
    assert.deepEqual(reported(object), { LifecycleNotSupported: 'deny' }, 'reported once, by the more specific rule');
    assert.deepEqual(reported(acknowledging(object, 'LifecycleNotSupported')), {
      InvalidSpec: 'deny',
      LifecycleNotSupported: 'warn',
    });
  });
});

describe('a decision about an object that is being deleted', () => {
  const terminating = (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  });

  it('allows updates and further deletions, whatever the rules find', () => {
    const old = terminating(deployment('team'));
    const deletion = {
      changes: [deploymentChange({ observed: spokeState('owner', ['a']), peers: [peer(spokeState('guest', ['a']))] })],
    };
    assert.deepEqual(codes(factsOf({ oldObject: old }, deletion)), []);
    assert.deepEqual(
      codes(factsOf({ object: terminating(broken), oldObject: terminating(stampedAs(sound, 2, 1)) })),
      [],
    );
    assert.deepEqual(codes(factsOf({ object: broken, oldObject: terminating(sound), phase: 'mutate' })), []);
  });

  it('denies a change of a revision even then', () => {
    const revision = terminating({ ...sound, kind: 'DefinitionRevision' });
    const edited = { ...revision, metadata: { ...revision.metadata, labels: { edited: 'true' } } };
    assert.deepEqual(codes(factsOf({ object: edited, oldObject: revision })), ['RevisionIsImmutable']);
  });
});

describe('the audit annotations of a decision', () => {
  const found = {
    environment: referenceFacts('primary', 'team', [{ revision: 1 }, { revision: 2 }]),
    workloadProfile: referenceFacts('web@v9', 'mural-system', [{ revision: 7 }]),
  };

  it('contain what refs resolved to, and omit refs that did not resolve', () => {
    const { audit } = decide(factsOf({ object: deployment('team') }, found));
    assert.deepEqual(audit, { environment: 'team/primary@v2' });
    const workloadProfile = referenceFacts('web', 'mural-system', [{ revision: 7 }]);
    assert.deepEqual(decide(factsOf({ object: deployment('team') }, { ...found, workloadProfile })).audit, {
      environment: 'team/primary@v2',
      'workload-profile': 'mural-system/web@v7',
    });
  });

  it('are set in the validate phase only, and absent without refs', () => {
    assert.deepEqual(decide(factsOf({ object: deployment('team'), phase: 'mutate' }, found)).audit, {});
    assert.deepEqual(decide(factsOf({ object: stampedAs(sound, 1) })).audit, {});
  });
});

describe('a decision about a requester who lacks a right', () => {
  const path = 'spec.environmentRef.name';
  const missingRights = [
    { path, verb: 'use', group: 'g', resource: 'environments', namespace: 'other', name: 'primary' } as const,
  ];

  it('reveals nothing that depends on other objects, and nothing else about the field that needs the right', () => {
    const facts = factsOf(
      { object: deployment('team', { spokeNamespace: 'kube-system' }) },
      {
        ...beside,
        missingRights,
        environment: {
          ...referenceFacts('primary@v9', 'other', [{ revision: 1 }]),
          notReady: { reason: 'X', message: 'secret', visible: true },
        },
        workloadProfile: referenceFacts('web', 'team'),
        pairings: [pairing(pairProblems({ components: [{ name: 'ui', type: 'secret', properties: { a: 1 } }] }))],
      },
    );
    assert.deepEqual(codes(facts), ['NotAllowed', 'ProtectedNamespace'], 'what the object itself contains is reported');
    assert.doesNotMatch(JSON.stringify(decide(facts).violations), /secret|cart/);
    assert.equal(decide(facts).refusal?.status, 403);
    assert.equal(dependsOnOtherObjects(decide(facts), facts), false);
  });

  it('depends on another object if that object names the namespace', () => {
    const right = { path, verb: 'use', group: 'g', resource: 'hubnamespaces', name: 'prod' } as const;
    const dependsWith = (missing: NeededRight) => {
      const facts = factsOf({ object: deployment('team') }, { missingRights: [missing] });
      return dependsOnOtherObjects(decide(facts), facts);
    };
    assert.equal(dependsWith(right), false);
    assert.equal(dependsWith({ ...right, namedBy: 'revision 1 of Environment team/primary' }), true);
  });

  it('reveals nothing about a spoke namespace that the requester may not use', () => {
    const spokeNamespaces = { entered: ['shop'], missing: ['shop'], stamped: [], shared: [] };
    const facts = factsOf({ object: deployment('team', { spokeNamespace: 'shop' }) }, { ...beside, spokeNamespaces });
    assert.deepEqual(codes(facts), ['SpokeNamespaceNotAllowed']);
    assert.equal(dependsOnOtherObjects(decide(facts), facts), false);
  });

  it('reports everything to a requester who has the right', () => {
    const facts = factsOf(
      { object: deployment('team') },
      { ...beside, environment: referenceFacts('primary', 'other') },
    );
    assert.deepEqual(codes(facts), ['ReferenceNotFound', 'NamespaceLifecycleConflict', 'WorkloadConflict']);
  });
});

describe('the denials on apply', () => {
  const { hash, systemNamespace, revisionWriters, protectedNamespaces } = factsOf({ object: sound });
  const denialsOf = (change: DeploymentChange, severities = {}, acknowledged: string[] = []) =>
    denialsOnApply(
      change,
      { hash, systemNamespace, revisionWriters, protectedNamespaces },
      { severities, acknowledged: [{ codes: new Set(acknowledged), hubNamespaces: new Set(['team', 'other']) }] },
    );
  const codesAgainst = (...given: Parameters<typeof denialsOf>) => denialsOf(...given).map(({ code }) => code);
  const deletingNamespace = deploymentChange({
    observed: spokeState('owner', ['a']),
    desired: spokeState('guest', ['a']),
  });
  const conflicting = deploymentChange({
    desired: spokeState('guest', ['a']),
    peers: [peer(spokeState('owner', ['a']))],
  });

  it('forbid a write that deletes a namespace, shares one with another lifecycle, or creates the Workload of a peer', () => {
    assert.deepEqual(codesAgainst(deletingNamespace), ['NamespaceWouldBeDeleted']);
    assert.deepEqual(codesAgainst(conflicting), ['NamespaceLifecycleConflict', 'WorkloadConflict']);
    const moving = deploymentChange({
      observed: spokeState('owner', ['a']),
      desired: spokeState('owner', ['a'], { namespace: 'store' }),
    });
    assert.deepEqual(codesAgainst(moving), ['WorkloadsWouldMove']);
    for (const { code, severity } of [deletingNamespace, conflicting, moving].flatMap((change) => denialsOf(change))) {
      assert.ok(isRuleBlock(code), code);
      assert.equal(severity, 'deny');
    }
  });

  it('do not forbid a write that only causes warnings, or changes nothing', () => {
    const same = spokeState('owner', ['a']);
    assert.deepEqual(codesAgainst(deploymentChange({ observed: same, desired: same })), []);
    const apart = deploymentChange({ desired: spokeState('guest', ['a']), peers: [peer(spokeState('owner', ['b']))] });
    assert.deepEqual(codesAgainst(apart), []);
    assert.deepEqual(
      codesAgainst(deploymentChange({ observed: same, desired: same, placement: { kind: 'changes' } })),
      [],
    );
  });

  it('use the severities that the platform team has set', () => {
    assert.deepEqual(codesAgainst(deletingNamespace, { NamespaceWouldBeDeleted: 'off' }), []);
    assert.deepEqual(codesAgainst(deletingNamespace, { NamespaceWouldBeDeleted: 'warn' }), []);
    const apart = deploymentChange({ desired: spokeState('guest', ['a']), peers: [peer(spokeState('owner', ['b']))] });
    assert.ok(codesAgainst(apart, { NamespaceLifecycleConflict: 'deny' }).includes('NamespaceLifecycleConflict'));
  });

  it('do not include acknowledged codes', () => {
    assert.deepEqual(codesAgainst(deletingNamespace, {}, ['NamespaceWouldBeDeleted']), []);
    assert.deepEqual(codesAgainst(conflicting, {}, ['NamespaceWouldBeDeleted', 'WorkloadConflict']), [
      'NamespaceLifecycleConflict',
    ]);
  });

  it('include acknowledged codes about hub namespaces that the acknowledgement does not cover', () => {
    const facts = { hash, systemNamespace, revisionWriters, protectedNamespaces };
    const acknowledged = [{ codes: new Set(['WorkloadConflict']), hubNamespaces: new Set(['team']) }];
    const denied = denialsOnApply(conflicting, facts, { acknowledged }).map(({ code }) => code);
    assert.deepEqual(denied, ['NamespaceLifecycleConflict', 'WorkloadConflict']);
  });

  it('include what a deployment may not do in the spoke namespaces that it enters', () => {
    const deployed = { namespace: 'other', name: 'cart', visible: false };
    const spokeNamespaces = {
      entered: ['cert-manager', 'shop', 'store'],
      missing: ['shop'],
      stamped: [],
      shared: [{ spokeNamespace: 'store', deployment: deployed, unlisted: ['other'] }],
    };
    const facts = { hash, systemNamespace, revisionWriters, protectedNamespaces, spokeNamespaces };
    const all = ['ProtectedNamespace', 'SpokeNamespaceNotAllowed', 'SpokeNamespaceInUse'];
    const acknowledged = [{ codes: new Set(all), hubNamespaces: new Set(['team', 'other']) }];
    const denials = denialsOnApply(deploymentChange({}), facts, { acknowledged });
    assert.deepEqual(
      denials.map(({ code }) => code),
      all,
      'none of them can be acknowledged',
    );
    for (const { code } of denials) assert.ok(isRuleBlock(code), code);
    assert.match(denials[1]?.message ?? '', /a user who has the verb use on spokenamespaces\.spectrocloud\.com\/shop/);
  });

  it('come only from rules that are enforced on apply', () => {
    const enforced = rules.filter(({ enforcedAt }) => enforcedAt.length === 2).map(({ code }) => code);
    assert.deepEqual(
      [...new Set([deletingNamespace, conflicting].flatMap((change) => codesAgainst(change)))].filter(
        (code) => !enforced.includes(code),
      ),
      [],
    );
    assert.deepEqual(codesAgainst(deploymentChange({})), []);
  });

  it('say to revert the change in order to keep a namespace, which messages about requests do not', () => {
    const [denial] = denialsOf(deletingNamespace);
    assert.match(denial?.message ?? '', /first revert this change and let its Environment keep it/);
    assert.equal(denial?.path, '', 'no field of a request is at fault');
    const requested = decide(deploymentRequest(deletingNamespace)).violations;
    for (const { message } of requested) assert.doesNotMatch(message, /revert/);
  });
});

describe('the refusal of an object that exceeds a bound', () => {
  it('is a denial by InvalidSpec without a patch', () => {
    const message = 'the object is nested deeper than 200 levels';
    const { refusal, violations, patch } = refuseOutOfBounds([{ path: '', message }]);
    assert.deepEqual([refusal?.status, refusal?.reason, patch], [422, 'Invalid', []]);
    assert.equal(refusal?.message, `${message} (InvalidSpec)`);
    assert.deepEqual(violations, [{ code: 'InvalidSpec', severity: 'deny', path: '', message }]);
  });
});

/** Any request that an API server sends or a file contains. Only the metadata is valid: it is an object with a name. */
const anyRequest = fc.record({
  kind: fc.constantFrom(
    'Environment',
    'WorkloadProfile',
    'PolicyDefinition',
    'WorkloadDeployment',
    'DefinitionRevision',
  ),
  operation: fc.constantFrom('CREATE', 'UPDATE', 'DELETE'),
  phase: fc.constantFrom('mutate', 'validate'),
  object: fc.record({ spec: anySpec(), status: anyJson, annotations: anyJson, labels: anyJson }),
  oldObject: fc.record({ spec: anySpec(), status: anyStatus(), annotations: anyJson, labels: anyJson }),
});

function anySpec(): fc.Arbitrary<JsonValue> {
  const ref = fc.oneof(
    anyJson,
    fc.record({ name: fc.constantFrom('primary', 'primary@v1', 'x@', 7), namespace: anyJson }),
  );
  const known: fc.Arbitrary<JsonValue> = fc.record({
    version: fc.oneof(anyJson, fc.constantFrom('1.0.0', '1.0.1-rc.1')),
    topology: fc.oneof(
      anyJson,
      fc.record({ type: fc.constantFrom('topology-ocm', 'constructor', 3), properties: anyJson }),
    ),
    policies: fc.oneof(
      anyJson,
      fc.array(fc.record({ name: anyJson, type: fc.constantFrom('override', 1), properties: anyJson }), {
        maxLength: 2,
      }),
    ),
    environmentRef: ref,
    workloadProfileRef: ref,
    workload: fc.oneof(anyJson, fc.record({ name: anyJson, components: anyJson })),
    schematic: anyJson,
  });
  return fc.oneof(anyJson, known);
}

function anyStatus(): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    anyJson,
    fc.record({ revision: anyJson, versions: fc.oneof(anyJson, fc.constant({ '1.0': 'junk' })) }),
  );
}

type Generated = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never;

function requestFacts({ kind, operation, phase, object, oldObject }: Generated): Facts {
  const make = ({ spec, status, annotations, labels }: Generated['object']) =>
    ({
      apiVersion: 'spectrocloud.com/v1beta1',
      kind,
      metadata: { name: 'a', namespace: 'team', annotations, labels },
      spec,
      status,
    }) as unknown as UncheckedObject;
  return factsOf(
    {
      kind,
      operation,
      phase,
      ...(operation === 'DELETE' ? {} : { object: make(object) }),
      ...(operation === 'CREATE' ? {} : { oldObject: make(oldObject) }),
    },
    {
      environment: referenceFacts('primary@v2', 'team', [{ revision: 1 }]),
      topology: { state: 'checked', problems: [] },
    },
  );
}

describe('a decision about any request', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(anyRequest, (request) => void decide(requestFacts(request))),
      { numRuns: 500 },
    );
  });

  it('is the same for the same facts', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        assert.deepEqual(decide(requestFacts(structuredClone(request))), decide(requestFacts(request)));
      }),
    );
  });

  it('does not change the facts', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const facts = requestFacts(request);
        const before = JSON.stringify(facts);
        decide(facts);
        assert.equal(JSON.stringify(facts), before);
      }),
    );
  });

  it('has a refusal if and only if a violation denies, and then no patch', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { refusal, violations, patch } = decide(requestFacts(request));
        assert.equal(
          refusal !== undefined,
          violations.some(({ severity }) => severity === 'deny'),
        );
        if (refusal !== undefined) assert.deepEqual(patch, []);
      }),
    );
  });
});
