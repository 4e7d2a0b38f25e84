import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Environment } from '../../../src/api/environment.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { admissionAnnotations } from '../../../src/domain/annotations.ts';
import type { Facts } from '../../../src/domain/admission/facts.ts';
import { mutated, mutationPatch } from '../../../src/domain/admission/mutation.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { anyJson } from '../../support/any-json.ts';
import { applyPatch } from '../../../src/domain/json/json-patch.ts';
import { factsOf, referenceFacts, stampedAs } from '../../support/facts.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';

const three = [{ revision: 1 }, { revision: 2, version: '1.0.0' }, { revision: 3 }];
const resolved = {
  environment: referenceFacts('primary', 'team', three),
  workloadProfile: referenceFacts('web', 'mural-system', [{ revision: 7 }]),
};
const stamps = {
  'spectrocloud.com/environment-revision': 'team/primary@v3',
  'spectrocloud.com/workload-profile-revision': 'mural-system/web@v7',
};
const annotationsOf = (facts: Facts) => mutated(facts)?.metadata.annotations ?? {};

/** The request with which the API server reinvokes the webhook: with the patch applied. */
function again(facts: Facts): Facts {
  const { object } = facts.request;
  if (object === undefined) return facts;
  return { ...facts, request: { ...facts.request, object: applyPatch(object as never, mutationPatch(facts)) } };
}

describe('the object that a request stores', () => {
  it('has the lifecycle defaults of topology-ocm', () => {
    const bare = environment('team', { topology: { type: 'topology-ocm' } });
    assert.deepEqual(mutated(factsOf({ object: bare }))?.spec?.['topology'], {
      type: 'topology-ocm',
      properties: {
        manifestWorkReplicaSet: {
          manifestWorkTemplate: {
            lifecycle: { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } },
          },
        },
      },
    });
  });

  for (const type of ['topology-ocm-byop', 'mine', 'topology-ocm@v1']) {
    it(`has an unchanged spec with topology ${type}`, () => {
      const object = environment('team', { topology: { type } });
      assert.deepEqual(mutated(factsOf({ object }))?.spec, object.spec);
    });
  }

  it('is stamped after the defaults are added, so that the hash is that of the stored content', () => {
    const bare = environment('team', { topology: { type: 'topology-ocm' } });
    const once = mutated(factsOf({ object: bare }));
    assert.ok(once);
    const full = { ...bare, spec: JSON.parse(JSON.stringify(once.spec)) };
    assert.equal(readStamp(once.metadata)?.hash, readStamp(stampedAs(full, 1).metadata)?.hash);
  });

  it('has the hub namespaces that the requester may use, whatever the client sent', () => {
    const annotation = 'spectrocloud.com/allowed-hub-namespaces';
    const object = environment('team', { annotations: { [annotation]: 'theirs' } });
    const stampOf = (allowedHubNamespaces: string[]) =>
      annotationsOf(factsOf({ object }, { allowedHubNamespaces }))[annotation];
    assert.deepEqual([stampOf(['prod', 'dev']), stampOf([])], ['dev,prod', undefined]);
  });

  it('has the stamp of what a pinned topology means', () => {
    const annotation = 'spectrocloud.com/topology-revision';
    const found = (text: string) => referenceFacts(text, 'mural-system', [{ revision: 3, hash: 'h1:a' }]);
    const typed = (type: string, stamp?: string) =>
      environment('team', {
        topology: { type },
        ...(stamp === undefined ? {} : { annotations: { [annotation]: stamp } }),
      });
    const stampOf = (object: Environment, oldObject?: Environment) =>
      annotationsOf(
        factsOf({ object, ...(oldObject && { oldObject }) }, { topologyReference: found(object.spec.topology.type) }),
      )[annotation];
    const old = 'mural-system/mine@v3#h1:old';
    const cases: [object: Environment, oldObject: Environment | undefined, stamp: string | undefined, why: string][] = [
      [typed('mine@v3'), undefined, 'mural-system/mine@v3#h1:a', 'it is new'],
      [typed('mine'), undefined, undefined, 'it is floating'],
      [typed('topology-ocm', old), undefined, undefined, 'it is built in'],
      [typed('mine@v3', old), undefined, old, 'it is restored from a backup'],
      [typed('mine@v3', 'old-system/mine@v3#h1:old'), undefined, old, 'the system namespace had another name'],
      [typed('mine@v3', 'mural-system/mine@v4#h1:old'), undefined, 'mural-system/mine@v3#h1:a', 'another pin'],
      [typed('mine@v3', 'forged'), typed('mine@v3', old), old, 'the ref is the same, whatever the client sent'],
      [typed('mine@v3'), typed('mine@v3'), 'mural-system/mine@v3#h1:a', 'it had none'],
      [typed('mine@v3', old), typed('mine'), 'mural-system/mine@v3#h1:a', 'the ref changes'],
      [typed('mine', old), typed('mine@v3', old), undefined, 'it is floating from now on'],
    ];
    for (const [object, oldObject, stamp, why] of cases) assert.equal(stampOf(object, oldObject), stamp, why);
  });

  it('has the stamp of the next revision, whatever stamp the client sent', () => {
    const edited = stampedAs(environment('team', { labels: { a: 'b' } }), 99);
    const oldObject = mutated(factsOf({ object: environment('team') }));
    assert.ok(oldObject);
    assert.equal(annotationsOf(factsOf({ object: edited, oldObject }))['spectrocloud.com/revision'], '2');
  });

  it('is stamped for a profile, and not for a kind without revisions', () => {
    assert.equal(annotationsOf(factsOf({ object: profile('team') }))['spectrocloud.com/revision'], '1');
    assert.equal(annotationsOf(factsOf({ object: deployment('team') }))['spectrocloud.com/revision'], undefined);
  });

  it('has stamps of what the refs of a deployment mean', () => {
    assert.deepEqual(annotationsOf(factsOf({ object: deployment('team') }, resolved)), stamps);
  });

  it('keeps the stamp of a ref while its text stays the same', () => {
    const object = deployment('team');
    const older = { 'spectrocloud.com/environment-revision': 'team/primary@v1' };
    const oldObject = { ...object, metadata: { ...object.metadata, annotations: { ...stamps, ...older } } };
    assert.deepEqual(annotationsOf(factsOf({ object, oldObject }, resolved)), { ...stamps, ...older });
  });

  it('has a new stamp of a ref when its text changes', () => {
    const old = deployment('team');
    const oldObject = { ...old, metadata: { ...old.metadata, annotations: stamps } };
    const object = deployment('team', { environmentRef: 'primary@v1.0.0' });
    const environmentFound = referenceFacts('primary@v1.0.0', 'team', three);
    const found = annotationsOf(factsOf({ object, oldObject }, { ...resolved, environment: environmentFound }));
    assert.equal(found['spectrocloud.com/environment-revision'], 'team/primary@v2');
  });

  it('has the stamp of a pinned ref with the hash of its content, also if an early version wrote it without', () => {
    const known = [{ revision: 1 }, { revision: 2, version: '1.0.0', hash: 'h1:a' }, { revision: 3 }];
    const refTo = (text: string, stamp?: string, oldStamp?: string) => {
      const base = deployment('team', { environmentRef: text });
      const as = (annotation?: string) =>
        annotation === undefined
          ? base
          : {
              ...base,
              metadata: { ...base.metadata, annotations: { 'spectrocloud.com/environment-revision': annotation } },
            };
      const facts = { ...resolved, environment: referenceFacts(text, 'team', known) };
      const request = { object: as(stamp ?? oldStamp), ...(oldStamp === undefined ? {} : { oldObject: as(oldStamp) }) };
      return annotationsOf(factsOf(request, facts))['spectrocloud.com/environment-revision'];
    };
    assert.equal(refTo('primary@v2'), 'team/primary@v2#h1:a');
    assert.equal(refTo('primary@v2', undefined, 'team/primary@v2'), 'team/primary@v2#h1:a');
    assert.equal(refTo('primary@v1.0.0', undefined, 'team/primary@v2'), 'team/primary@v2(1.0.0)#h1:a');
    assert.equal(refTo('primary@v2', undefined, 'team/primary@v2#h1:b'), 'team/primary@v2#h1:b', 'it stays');
    assert.equal(refTo('primary@v2', 'team/primary@v2#h1:b'), 'team/primary@v2#h1:b', 'it is restored');
    assert.equal(refTo('primary@v9', undefined, 'team/primary@v9'), 'team/primary@v9', 'the revision is gone');
  });

  it('has no stamp of a ref that cannot be resolved any more', () => {
    const old = deployment('team');
    const oldObject = { ...old, metadata: { ...old.metadata, annotations: stamps } };
    const object = { ...deployment('team', { environmentRef: 'gone' }), metadata: oldObject.metadata };
    const found = annotationsOf(factsOf({ object, oldObject }, { environment: referenceFacts('gone', 'team') }));
    assert.equal(found['spectrocloud.com/environment-revision'], undefined);
  });

  it('gets a missing stamp from the first request that can resolve the ref', () => {
    const object = deployment('team');
    assert.deepEqual(annotationsOf(factsOf({ object, oldObject: object }, resolved)), stamps);
  });

  const finalizersOf = (finalizers: unknown, kind = environment('team')) => {
    const object = { ...kind, metadata: { ...kind.metadata, ...(finalizers === undefined ? {} : { finalizers }) } };
    return mutated(factsOf({ object: object as unknown as KubeObject }))?.metadata.finalizers;
  };
  const own = 'spectrocloud.com/mooring';
  const finalizers: { given: unknown; stored: string[]; why: string }[] = [
    { given: undefined, stored: [own], why: 'the API server adds none once the object is terminating' },
    { given: ['a/b'], stored: ['a/b', own], why: 'a file may have finalizers of its own' },
    { given: [own, 'a/b'], stored: [own, 'a/b'], why: 'nothing is missing' },
    { given: 'a/b', stored: [own], why: 'the API server rejects the value of a file' },
  ];
  for (const { given, stored, why } of finalizers) {
    it(`has the finalizer of mooring if it is sent with ${JSON.stringify(given) ?? 'none'}: ${why}`, () => {
      assert.deepEqual(finalizersOf(given), stored);
    });
  }

  it('has the finalizer for every kind that users write, and no other', () => {
    for (const object of [profile('team'), deployment('team')]) {
      assert.deepEqual(mutated(factsOf({ object }))?.metadata.finalizers, [own], object.kind);
    }
    const revision = { ...profile('team'), kind: 'DefinitionRevision' };
    assert.deepEqual(mutated(factsOf({ object: revision })), revision);
  });

  it('has no annotation from admission that the policy for the controller does not know', () => {
    const acknowledged = { annotations: { 'spectrocloud.com/acknowledge': 'InUse' } };
    const pinned = environment('team', { ...acknowledged, topology: { type: 'mine@v1' } });
    const objects = [pinned, profile('team'), deployment('team')];
    const topologyReference = referenceFacts('mine@v1', 'mural-system', [{ revision: 1, hash: 'h1:a' }]);
    const added = objects.flatMap((object) => {
      const given = Object.keys(object.metadata.annotations ?? {});
      const facts = factsOf(
        { object },
        {
          ...resolved,
          topologyReference,
          pinRefs: 'true',
          allowedHubNamespaces: ['hub'],
        },
      );
      return Object.keys(annotationsOf(facts)).filter((key) => !given.includes(key));
    });
    assert.deepEqual([...new Set(added)].toSorted(), admissionAnnotations.toSorted());
  });

  it('does not exist for a deletion', () => {
    assert.equal(mutated(factsOf({ oldObject: environment('team') })), undefined);
    assert.deepEqual(mutationPatch(factsOf({ oldObject: environment('team') })), []);
  });
});

describe('an acknowledgement on a revisioned object', () => {
  const given = 'spectrocloud.com/acknowledged-revision';
  const saying = (text: string | undefined, labels: Record<string, string> = {}) =>
    environment('team', {
      labels,
      lifecycle: { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } },
      ...(text === undefined ? {} : { annotations: { 'spectrocloud.com/acknowledge': text } }),
    });
  const stored = (text: string, revision: string) => {
    const { metadata, ...rest } = stampedAs(saying(text), 4);
    return { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, [given]: revision } } };
  };

  const cases: { what: string; facts: Facts; revision: string | undefined; why: string }[] = [
    { what: 'with the object', facts: factsOf({ object: saying('InUse') }), revision: '1', why: 'its first revision' },
    {
      what: 'with an edit',
      facts: factsOf({ object: saying('InUse', { a: 'b' }), oldObject: stampedAs(saying(undefined), 4) }),
      revision: '5',
      why: 'the revision that the edit makes',
    },
    {
      what: 'alone',
      facts: factsOf({ object: saying('InUse'), oldObject: stampedAs(saying(undefined), 4) }),
      revision: '4',
      why: 'it is not an edit, and means the existing revision',
    },
    {
      what: 'before',
      facts: factsOf({ object: saying('InUse', { a: 'b' }), oldObject: stored('InUse', '4') }),
      revision: '4',
      why: 'it has no effect on later edits',
    },
    {
      what: 'before, and another one now',
      facts: factsOf({ object: saying('UnpinnedRef', { a: 'b' }), oldObject: stored('InUse', '4') }),
      revision: '5',
      why: 'it is given again',
    },
    {
      what: 'before, and is removed',
      facts: factsOf({ object: saying(undefined), oldObject: stored('InUse', '4') }),
      revision: undefined,
      why: 'nothing is acknowledged',
    },
    {
      what: 'never, though the client says so',
      facts: factsOf({ object: environment('team', { annotations: { [given]: '9' } }) }),
      revision: undefined,
      why: 'only admission sets the revision',
    },
    {
      what: 'before, and the client says for what',
      facts: factsOf({ object: stored('InUse', '9'), oldObject: stored('InUse', '4') }),
      revision: '4',
      why: 'only admission sets the revision',
    },
  ];
  for (const { what, facts, revision, why } of cases) {
    it(`that was given ${what} is valid for ${revision === undefined ? 'no revision' : `revision ${revision}`}: ${why}`, () => {
      assert.equal(annotationsOf(facts)[given], revision);
      assert.deepEqual(mutationPatch(again(facts)), [], 'and stays so when the webhook is invoked again');
    });
  }

  it('is not an edit', () => {
    const facts = factsOf({ object: saying('InUse'), oldObject: stampedAs(saying(undefined), 4) });
    assert.equal(annotationsOf(facts)['spectrocloud.com/revision'], '4');
  });

  it('has no revision on a deployment, which has no revisions', () => {
    const { metadata, ...rest } = deployment('team');
    const object = {
      ...rest,
      metadata: { ...metadata, annotations: { 'spectrocloud.com/acknowledge': 'WorkloadConflict' } },
    };
    assert.equal(annotationsOf(factsOf({ object }))[given], undefined);
  });
});

describe('the patch of a request', () => {
  it('is empty for a terminating object, so that its content never gets a stamp', () => {
    const old = environment('team');
    const oldObject = { ...old, metadata: { ...old.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const object = environment('team', { labels: { a: 'b' } });
    assert.deepEqual(mutationPatch(factsOf({ object, oldObject })), []);
    assert.notDeepEqual(mutationPatch(factsOf({ object, oldObject: old })), []);
  });

  it('changes only what has to change', () => {
    const patch = mutationPatch(factsOf({ object: environment('team', { annotations: { owner: 'jane' } }) }));
    const { paths, values } = { paths: patch.map(({ path }) => path), values: patch.map(({ op }) => op) };
    const lifecycle = '/spec/topology/properties/manifestWorkReplicaSet/manifestWorkTemplate/lifecycle';
    assert.deepEqual(paths, [
      '/metadata/finalizers',
      '/metadata/annotations/spectrocloud.com~1revision',
      '/metadata/annotations/spectrocloud.com~1revision-hash',
      `${lifecycle}/spokeNamespace`,
      `${lifecycle}/workload`,
    ]);
    assert.ok(values.every((op) => op === 'add'));
  });

  it('is empty for an object that it was applied to', () => {
    const kinds = fc.constantFrom('Environment', 'WorkloadProfile', 'PolicyDefinition', 'WorkloadDeployment', 'Other');
    const annotations = fc.option(
      fc.dictionary(fc.constantFrom('a', '__proto__', ...Object.keys(stamps)), fc.string()),
      {
        nil: undefined,
      },
    );
    const request = fc.record({ kind: kinds, spec: anyJson, type: fc.constantFrom('topology-ocm', 'x'), annotations });
    fc.assert(
      fc.property(request, fc.boolean(), ({ kind, spec, type, annotations: given }, update) => {
        const metadata = { name: 'a', namespace: 'team', ...(given === undefined ? {} : { annotations: given }) };
        const content = kind === 'Environment' ? { topology: { type, properties: spec } } : spec;
        const object: KubeObject & { spec: unknown } = { apiVersion: 'v1', kind, metadata, spec: content };
        const oldObject = { ...object, spec: {} };
        const facts = factsOf({ object, ...(update ? { oldObject } : {}) }, resolved);
        assert.deepEqual(mutationPatch(again(facts)), []);
      }),
    );
  });
});

describe('a ref that admission pins', () => {
  it('is stamped with what the pin means, and stays so when the webhook is reinvoked', () => {
    const labelled = [
      { revision: 5, version: '1.3.6' },
      { revision: 6, version: '1.3.6' },
    ];
    const facts = factsOf(
      { object: deployment('team') },
      { ...resolved, pinRefs: 'true', environment: referenceFacts('primary', 'team', labelled) },
    );
    const once = mutated(facts);
    assert.equal(once?.metadata.annotations?.['spectrocloud.com/environment-revision'], 'team/primary@v5');
    assert.equal(once?.metadata.annotations?.['spectrocloud.com/requested-environment-ref'], 'primary');
    assert.deepEqual(mutationPatch(again(facts)), []);
  });
});

describe('the stamps of what a requester may do', () => {
  const [acknowledge, scope, allowed] = ['acknowledge', 'acknowledged-namespaces', 'allowed-spoke-namespaces'].map(
    (name) => `spectrocloud.com/${name}`,
  ) as [string, string, string];
  const made = (annotations: Record<string, string>, kind: KubeObject = deployment('team')) => ({
    ...kind,
    metadata: { ...kind.metadata, annotations },
  });
  const entering = (...stamped: string[]) => ({
    spokeNamespaces: { entered: ['shop'], missing: [], stamped, shared: [] },
  });
  const stampsOf = (facts: Facts) => {
    const { [scope]: namespaces, [allowed]: names } = annotationsOf(facts);
    return [names, namespaces];
  };

  it('replace what the client sent', () => {
    const object = made({ [allowed]: 'victim', [scope]: 'victim' });
    assert.deepEqual(stampsOf(factsOf({ object }, entering('shop'))), ['shop', undefined]);
    assert.deepEqual(stampsOf(factsOf({ object })), [undefined, undefined]);
  });

  it('stay with an edit that enters no namespace and acknowledges nothing new', () => {
    const oldObject = made({ [allowed]: 'shop', [acknowledge]: 'InUse', [scope]: 'other' });
    assert.deepEqual(stampsOf(factsOf({ object: made({ [acknowledge]: 'InUse' }), oldObject })), ['shop', 'other']);
    assert.deepEqual(stampsOf(factsOf({ object: made({}), oldObject })), ['shop', undefined]);
  });

  it('change with the namespaces and with the acknowledgement', () => {
    const oldObject = made({ [allowed]: 'shop', [acknowledge]: 'InUse', [scope]: 'other' });
    const object = made({ [acknowledge]: 'WorkloadConflict' });
    const facts = factsOf({ object, oldObject }, { ...entering('store'), overridableNamespaces: ['b', 'a'] });
    assert.deepEqual(stampsOf(facts), ['store', 'a,b']);
    assert.deepEqual(mutationPatch(again(facts)), []);
  });

  it('say on an Environment for which hub namespaces it acknowledges', () => {
    const object = made({ [acknowledge]: 'InUse' }, environment('team'));
    assert.deepEqual(stampsOf(factsOf({ object }, { overridableNamespaces: ['other'] })), [undefined, 'other']);
  });
});
