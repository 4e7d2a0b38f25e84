import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../src/api/object.ts';
import type { JsonValue } from '../../src/api/object.ts';
import { decide, restsOnOthers } from '../../src/domain/admission.ts';
import type { Facts, RequestObject, TopologyFacts } from '../../src/domain/facts.ts';
import { mutationPatch } from '../../src/domain/mutation.ts';
import { anyJson } from '../support/any-json.ts';
import { factsOf, referenceFacts, stampedAs } from '../support/facts.ts';
import { deployment, environment, profile } from '../support/manifests.ts';

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
    const rests = (facts: Facts) => restsOnOthers(decide(facts), facts);
    const lost = factsOf({ object: deployment('team') }, { environment: referenceFacts('primary', 'team') });
    assert.equal(rests(lost), true);
    assert.equal(rests(factsOf({ object: broken })), false);
    assert.equal(rests(factsOf({ object: profile('team') })), false);
  });

  it('rests on the PolicyDefinition for what CUE says of a custom topology, and on nobody for a built-in', () => {
    const topology: TopologyFacts = { state: 'checked', problems: [{ path: ['x'], message: 'is not a field here' }] };
    const rests = (object: KubeObject) => {
      const facts = factsOf({ object }, { topology });
      return restsOnOthers(decide(facts), facts);
    };
    assert.equal(rests(environment('team', { topology: { type: 'edge' } })), true);
    assert.equal(rests(environment('team')), false);
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
    }) as unknown as RequestObject;
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
        const before = JSON.stringify(facts);
        decide(facts);
        assert.equal(JSON.stringify(facts), before);
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
