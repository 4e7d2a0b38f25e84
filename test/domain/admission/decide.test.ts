import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/api/object.ts';
import type { JsonValue } from '../../../src/api/object.ts';
import { decide, denialsOnApply, restsOnOtherObjects } from '../../../src/domain/admission/decide.ts';
import type { Facts, TopologyFacts } from '../../../src/domain/admission/facts.ts';
import type { DeploymentChange } from '../../../src/domain/spoke/change.ts';
import { mutationPatch } from '../../../src/domain/admission/mutation.ts';
import { rules } from '../../../src/domain/admission/rules/all.ts';
import { isRuleBlock } from '../../../src/domain/applied-reasons.ts';
import { anyJson } from '../../support/any-json.ts';
import { factsOf, referenceFacts, stampedAs } from '../../support/facts.ts';
import { byop, deployment, environment, profile } from '../../support/manifests.ts';
import { deletionRequest, spokeState, peer, deploymentChange } from '../../support/deployment-changes.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';

const sound = environment('team');
const broken = environment('team', { topology: { type: 'mine@1' } });
const unknown: TopologyFacts = { state: 'unknown', message: 'there is no such topology', impossible: false };
const codes = (facts: Facts) => decide(facts).violations.map(({ code }) => code);

describe('a decision', () => {
  it('allows what is sound, with the patch that it needs', () => {
    const facts = factsOf({ object: sound, phase: 'mutate' });
    const { refusal, patch, violations, notes } = decide(facts);
    assert.deepEqual({ refusal, violations, notes }, { refusal: undefined, violations: [], notes: [] });
    assert.deepEqual(patch, mutationPatch(facts));
  });

  it('patches in the mutating phase only', () => {
    assert.deepEqual(decide(factsOf({ object: stampedAs(sound, 1) })).patch, []);
  });

  it('refuses what is broken: 422, no patch, a line per finding with its code', () => {
    const { refusal, patch } = decide(factsOf({ object: broken, phase: 'mutate' }));
    assert.deepEqual(patch, []);
    assert.equal(refusal?.status, 422);
    assert.equal(refusal.reason, 'Invalid');
    for (const line of refusal.message.split('\n')) assert.match(line, /^spec\.topology\.type: .* \([A-Z]\w+\)$/);
  });

  it('makes an early edit wait: 429 with the seconds', () => {
    const facts = factsOf({
      object: environment('team', { labels: { a: 'b' } }),
      oldObject: stampedAs(sound, 2, 1),
      phase: 'mutate',
    });
    const { refusal } = decide(facts);
    assert.deepEqual({ status: refusal?.status, seconds: refusal?.retryAfterSeconds }, { status: 429, seconds: 1 });
  });

  it('says what a field needs before what only time can mend', () => {
    const facts = factsOf({ object: broken, oldObject: stampedAs(sound, 2, 1), phase: 'mutate' });
    const { refusal, violations } = decide(facts);
    assert.deepEqual(
      { status: refusal?.status, seconds: refusal?.retryAfterSeconds },
      { status: 422, seconds: undefined },
    );
    assert.ok(violations.some(({ code }) => code === 'NotYetRecorded'));
  });

  it('forbids to write history: 403', () => {
    const object = { ...sound, kind: 'DefinitionRevision' };
    assert.equal(decide(factsOf({ object })).refusal?.status, 403);
  });

  it('warns without refusing', () => {
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

  it('follows the severities of the platform team', () => {
    const facts = factsOf(
      { object: environment('team', { topology: { type: 'mine' } }), phase: 'mutate' },
      { topology: unknown },
    );
    assert.equal(decide(facts, { UnknownTopology: 'deny' }).refusal?.status, 422);
    assert.deepEqual(decide(facts, { UnknownTopology: 'off' }).violations, []);
  });

  it('lets no severity switch what must hold', () => {
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

  it('has nothing to say about kinds that are not ours', () => {
    assert.deepEqual(codes(factsOf({ object: { ...sound, kind: 'ConfigMap' } })), []);
  });

  it('notes a topology that could not be checked', () => {
    const topology: TopologyFacts = { state: 'unchecked', problem: 'it took more than 1500 ms' };
    assert.equal(decide(factsOf({ object: sound, phase: 'mutate' }, { topology })).notes.length, 1);
  });

  it('rests on others when a finding does, so that these are read live first', () => {
    const rests = (facts: Facts) => restsOnOtherObjects(decide(facts), facts);
    const lost = factsOf({ object: deployment('team') }, { environment: referenceFacts('primary', 'team') });
    assert.equal(rests(lost), true);
    assert.equal(rests(factsOf({ object: broken })), false);
    assert.equal(rests(factsOf({ object: profile('team') })), false);
  });

  it('rests on the PolicyDefinition for what CUE says of a custom topology, and on nobody for a built-in', () => {
    const topology: TopologyFacts = { state: 'checked', problems: [{ path: ['x'], message: 'is not a field here' }] };
    const rests = (object: KubeObject) => {
      const facts = factsOf({ object }, { topology });
      return restsOnOtherObjects(decide(facts), facts);
    };
    assert.equal(rests(environment('team', { topology: { type: 'edge' } })), true);
    assert.equal(rests(environment('team')), false);
  });

  it('rests on the PolicyDefinition for what CUE could not say, and on nobody where it found nothing', () => {
    const rests = (topology: TopologyFacts) => {
      const facts = factsOf(
        { object: environment('team', { topology: { type: 'edge' } }), phase: 'mutate' },
        { topology },
      );
      return restsOnOtherObjects(decide(facts), facts);
    };
    assert.equal(rests({ state: 'unchecked', problem: 'it took too long' }), true);
    assert.equal(rests({ state: 'checked', problems: [] }), false);
  });

  it('does not tell whoever may not use an object whether it is there', () => {
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
/** The object with an acknowledgement. */
function acknowledging<T extends KubeObject>(object: T, codesOf: string): T {
  const annotations = { ...object.metadata.annotations, [key]: codesOf };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
/** How a decision about a deployment beside another one of the same Workload reads, per code. */
const gravities = (facts: Facts) =>
  Object.fromEntries(decide(facts).violations.map(({ code, severity }) => [code, severity]));
const beside = {
  changes: [deploymentChange({ desired: spokeState('guest', ['a']), peers: [peer(spokeState('owner', ['a']))] })],
};

describe('a decision about what is acknowledged', () => {
  it('warns of it, and goes on to refuse the rest', () => {
    const object = acknowledging(deployment('team'), 'WorkloadConflict');
    assert.deepEqual(gravities(factsOf({ object }, beside)), {
      NamespaceLifecycleConflict: 'deny',
      WorkloadConflict: 'warn',
    });
    const both = acknowledging(deployment('team'), 'WorkloadConflict, NamespaceLifecycleConflict');
    assert.equal(decide(factsOf({ object: both }, beside)).refusal, undefined);
  });

  it('refuses again what was acknowledged once, in the request after it', () => {
    const oldObject = acknowledging(deployment('team'), 'WorkloadConflict,NamespaceLifecycleConflict');
    const object = { ...oldObject, spec: { ...oldObject.spec, environmentRef: { name: 'other' } } };
    assert.equal(decide(factsOf({ object, oldObject }, beside)).refusal?.status, 403);
  });

  it('lets the deletion of an object pass that carries it, and refuses that of another', () => {
    const owner = { observed: spokeState('owner', ['a']), peers: [peer(spokeState('guest', ['a']))] };
    const facts = deletionRequest(deploymentChange(owner));
    const { oldObject } = facts.request;
    assert.equal(decide(facts).refusal?.status, 403);
    assert.ok(oldObject);
    const carrying = {
      ...facts,
      request: { ...facts.request, oldObject: acknowledging(oldObject, 'NamespaceLifecycleConflict') },
    };
    assert.equal(decide(carrying).refusal, undefined);
  });

  it('counts in the first phase too', () => {
    const object = environment('team', { topology: { type: 'topology-ocn' } });
    const previouslyDesired = (given: KubeObject) =>
      decide(factsOf({ object: given, phase: 'mutate' }, { topology: unknown })).refusal?.status;
    assert.equal(previouslyDesired(object), 422);
    assert.equal(previouslyDesired(acknowledging(object, 'UnknownTopology')), undefined);
  });

  for (const code of ['InvalidSpec', 'NotYetRecorded', 'NotAllowed', 'StampDoesNotFit']) {
    it(`refuses ${code} all the same`, () => {
      const right = { path: 'x', verb: 'use', group: 'g', resource: 'r', namespace: 'n' } as const;
      const facts = factsOf(
        { object: acknowledging(broken, code), oldObject: stampedAs(sound, 2, 1) },
        { missingRights: code === 'NotAllowed' ? [right] : [] },
      );
      assert.equal(gravities(facts)[code], 'deny');
    });
  }

  it('refuses to write history all the same', () => {
    const object = acknowledging({ ...sound, kind: 'DefinitionRevision' }, 'RevisionIsImmutable');
    assert.equal(decide(factsOf({ object })).refusal?.status, 403);
  });

  it('still tells what CUE has to say at the same place, which nobody can acknowledge', () => {
    const topology = byop('hub', 'gpu');
    const manifestWorkReplicaSet = { manifestWorkTemplate: { lifecycle: { workload: { orphan: true } } } };
    const object = environment('team', {
      topology: { ...topology, properties: { ...topology.properties, manifestWorkReplicaSet } },
    });
    const path = ['manifestWorkReplicaSet', 'manifestWorkTemplate', 'lifecycle'];
    const checked: TopologyFacts = { state: 'checked', problems: [{ path, message: 'field not allowed' }] };
    const about = (given: KubeObject) => gravities(factsOf({ object: given, phase: 'mutate' }, { topology: checked }));
    assert.deepEqual(about(object), { LifecycleNotSupported: 'deny' }, 'said once, by the rule that says it better');
    assert.deepEqual(about(acknowledging(object, 'LifecycleNotSupported')), {
      InvalidSpec: 'deny',
      LifecycleNotSupported: 'warn',
    });
  });
});

describe('a decision about an object that is being deleted', () => {
  const going = (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  });

  it('lets it be updated and deleted again, whatever rules have to say', () => {
    const old = going(deployment('team'));
    const ending = {
      changes: [deploymentChange({ observed: spokeState('owner', ['a']), peers: [peer(spokeState('guest', ['a']))] })],
    };
    assert.deepEqual(codes(factsOf({ oldObject: old }, ending)), []);
    assert.deepEqual(codes(factsOf({ object: going(broken), oldObject: going(stampedAs(sound, 2, 1)) })), []);
    assert.deepEqual(codes(factsOf({ object: broken, oldObject: going(sound), phase: 'mutate' })), []);
  });

  it('lets nobody touch history even then', () => {
    const revision = going({ ...sound, kind: 'DefinitionRevision' });
    assert.deepEqual(codes(factsOf({ object: revision, oldObject: revision })), ['RevisionIsImmutable']);
  });
});

describe('the audit annotations of a decision', () => {
  const found = {
    environment: referenceFacts('primary', 'team', [{ revision: 1 }, { revision: 2 }]),
    workloadProfile: referenceFacts('web@v9', 'mural-system', [{ revision: 7 }]),
  };

  it('say what refs resolved to, and nothing of those that did not', () => {
    const { audit } = decide(factsOf({ object: deployment('team') }, found));
    assert.deepEqual(audit, { environment: 'team/primary@v2' });
    const workloadProfile = referenceFacts('web', 'mural-system', [{ revision: 7 }]);
    assert.deepEqual(decide(factsOf({ object: deployment('team') }, { ...found, workloadProfile })).audit, {
      environment: 'team/primary@v2',
      'workload-profile': 'mural-system/web@v7',
    });
  });

  it('are said once, in the second phase, and there are none without refs', () => {
    assert.deepEqual(decide(factsOf({ object: deployment('team'), phase: 'mutate' }, found)).audit, {});
    assert.deepEqual(decide(factsOf({ object: stampedAs(sound, 1) })).audit, {});
  });
});

describe('a decision about whoever lacks a right', () => {
  const path = 'spec.environmentRef.name';
  const missingRights = [
    { path, verb: 'use', group: 'g', resource: 'environments', namespace: 'other', name: 'primary' } as const,
  ];

  it('tells nothing that rests on other objects, nor anything at the field that asks for the right', () => {
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
        overrides: [
          { code: 'OverrideTypeDiffers', severity: 'deny', path: 'spec.environmentRef.name', message: 'secret' },
        ],
      },
    );
    assert.deepEqual(codes(facts), ['NotAllowed', 'ProtectedNamespace'], 'what the object itself shows is told');
    assert.doesNotMatch(JSON.stringify(decide(facts).violations), /secret|cart/);
    assert.equal(decide(facts).refusal?.status, 403);
    assert.equal(restsOnOtherObjects(decide(facts), facts), false);
  });

  it('tells all of it to whoever has the right', () => {
    const facts = factsOf(
      { object: deployment('team') },
      { ...beside, environment: referenceFacts('primary', 'other') },
    );
    assert.deepEqual(codes(facts), ['ReferenceNotFound', 'NamespaceLifecycleConflict', 'WorkloadConflict']);
  });
});

describe('the second line', () => {
  const { hash, systemNamespace, revisionWriters } = factsOf({ object: sound });
  const judged = (its: DeploymentChange, severities = {}, acknowledged: string[] = []) =>
    denialsOnApply(
      its,
      { hash, systemNamespace, revisionWriters },
      { severities, acknowledged: new Set(acknowledged) },
    );
  const codesAgainst = (...given: Parameters<typeof judged>) => judged(...given).map(({ code }) => code);
  const ending = deploymentChange({ observed: spokeState('owner', ['a']), desired: spokeState('guest', ['a']) });
  const taking = deploymentChange({ desired: spokeState('guest', ['a']), peers: [peer(spokeState('owner', ['a']))] });

  it('stands against a write that ends a namespace, takes one from another, or makes the Workload of another', () => {
    assert.deepEqual(codesAgainst(ending), ['NamespaceWouldBeDeleted']);
    assert.deepEqual(codesAgainst(taking), ['NamespaceLifecycleConflict', 'WorkloadConflict']);
    const isMovePending = deploymentChange({
      observed: spokeState('owner', ['a']),
      desired: spokeState('owner', ['a'], { namespace: 'store' }),
    });
    assert.deepEqual(codesAgainst(isMovePending), ['WorkloadsWouldMove']);
    for (const { code, severity } of [ending, taking, isMovePending].flatMap((its) => judged(its))) {
      assert.ok(isRuleBlock(code), code);
      assert.equal(severity, 'deny');
    }
  });

  it('lets a write pass that only warns, or changes nothing', () => {
    const same = spokeState('owner', ['a']);
    assert.deepEqual(codesAgainst(deploymentChange({ observed: same, desired: same })), []);
    const apart = deploymentChange({ desired: spokeState('guest', ['a']), peers: [peer(spokeState('owner', ['b']))] });
    assert.deepEqual(codesAgainst(apart), []);
    assert.deepEqual(
      codesAgainst(deploymentChange({ observed: same, desired: same, placement: { kind: 'changes' } })),
      [],
    );
  });

  it('follows the severities of the platform team', () => {
    assert.deepEqual(codesAgainst(ending, { NamespaceWouldBeDeleted: 'off' }), []);
    assert.deepEqual(codesAgainst(ending, { NamespaceWouldBeDeleted: 'warn' }), []);
    const apart = deploymentChange({ desired: spokeState('guest', ['a']), peers: [peer(spokeState('owner', ['b']))] });
    assert.ok(codesAgainst(apart, { NamespaceLifecycleConflict: 'deny' }).includes('NamespaceLifecycleConflict'));
  });

  it('lets a write pass whose code is acknowledged, and no other', () => {
    assert.deepEqual(codesAgainst(ending, {}, ['NamespaceWouldBeDeleted']), []);
    assert.deepEqual(codesAgainst(taking, {}, ['NamespaceWouldBeDeleted', 'WorkloadConflict']), [
      'NamespaceLifecycleConflict',
    ]);
  });

  it('asks no rule that needs a request', () => {
    const previouslyDesired = rules.filter(({ secondLine }) => secondLine === true).map(({ code }) => code);
    assert.deepEqual(
      [...new Set([ending, taking].flatMap((its) => codesAgainst(its)))].filter(
        (code) => !previouslyDesired.includes(code),
      ),
      [],
    );
    assert.deepEqual(codesAgainst(deploymentChange({})), []);
  });
});

/** Any request that an API server, or a file, could hold: metadata is an object with a name, nothing else is certain. */
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

describe('a decision about anything', () => {
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

  it('leaves the facts as they were', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const facts = requestFacts(request);
        const observed = JSON.stringify(facts);
        decide(facts);
        assert.equal(JSON.stringify(facts), observed);
      }),
    );
  });

  it('has a refusal exactly when something is denied, and then no patch', () => {
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
