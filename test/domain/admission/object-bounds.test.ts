import assert from 'node:assert/strict';
import type { JsonObject, JsonValue, KubeObject } from '../../../src/api/object.ts';
import type { UncheckedObject } from '../../../src/api/unchecked-object.ts';
import { boundsFindings, exceededBound, tooLarge } from '../../../src/domain/admission/object-bounds.ts';
import { requestObject } from '../../support/facts.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';

const sound = environment('team');
const times = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));
const entries = (length: number) => Object.fromEntries(times(length, (index) => [`k${index}`, 'x']));
const withText = (length: number, filler = 'a') => ({
  ...sound,
  spec: { topology: { type: 'mine', properties: { text: filler.repeat(length) } } },
});
const withMetadata = (metadata: Partial<KubeObject['metadata']>) => ({
  ...sound,
  metadata: { ...sound.metadata, ...metadata },
});
const withComponents = (...components: JsonValue[]) => ({ ...profile('team'), spec: { workload: { components } } });
const policyDefinition = (template: string) => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'PolicyDefinition',
  metadata: { name: 'mine', namespace: 'mural-system' },
  spec: { schematic: { cue: { template } } },
});
const nested = (levels: number): JsonObject => JSON.parse(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The findings are the same if the size of the review is known, as for a request. */
const find = (object: KubeObject | undefined, oldObject?: KubeObject) => {
  const request = {
    kind: (object ?? oldObject)?.kind ?? '',
    ...(object === undefined ? {} : { object: requestObject(object) }),
    ...(oldObject === undefined ? {} : { oldObject: requestObject(oldObject) }),
  };
  const findings = boundsFindings(request);
  assert.deepEqual(boundsFindings(request, JSON.stringify(request).length), findings);
  return findings;
};

const cases: { what: string; object: object; paths: string[]; why: string }[] = [
  { what: 'a valid Environment', object: sound, paths: [], why: 'it is small' },
  { what: 'no spec', object: { ...sound, spec: undefined }, paths: [], why: 'the schema reports it' },
  { what: '1000 KiB', object: withText(1000 * 1024), paths: [], why: 'less than 1 MiB' },
  { what: '1 MiB of text', object: withText(1024 * 1024), paths: [''], why: 'the whole object counts' },
  { what: '400 Ki characters of three bytes', object: withText(400 * 1024, '界'), paths: [''], why: 'bytes count' },
  {
    what: 'the annotation of client-side apply',
    object: withMetadata({ annotations: { [lastApplied]: 'x'.repeat(1024 * 1024) } }),
    paths: [],
    why: 'it is not part of a revision',
  },
  {
    what: '20,001 values',
    object: withComponents(...times(19_997, () => 1)),
    paths: ['spec.workload.components'],
    why: 'values are within the bound, but not entries',
  },
  {
    what: 'a list of maps',
    object: withComponents(...times(20_000, () => ({}))),
    paths: ['spec'],
    why: 'each map is a value',
  },
  {
    what: 'many values deep inside',
    object: withComponents({ name: 'a', type: 't', properties: { x: times(100, () => times(200, () => null)) } }),
    paths: ['spec'],
    why: 'null is a value',
  },
  {
    what: 'many keys',
    object: withComponents({ name: 'a', type: 't', properties: entries(20_000) }),
    paths: ['spec'],
    why: 'the values of a map count',
  },
  {
    what: '1025 labels',
    object: withMetadata({ labels: entries(1025) }),
    paths: ['metadata.labels'],
    why: 'the schema of a revision allows 1024',
  },
  {
    what: '1025 annotations',
    object: withMetadata({ annotations: entries(1025) }),
    paths: ['metadata.annotations'],
    why: 'the schema of a revision allows 1024',
  },
  {
    what: '1024 labels and annotations, and one of mooring',
    object: withMetadata({
      labels: entries(1024),
      annotations: { ...entries(1024), 'spectrocloud.com/revision': '1' },
    }),
    paths: [],
    why: 'its own are not recorded',
  },
  {
    what: '1025 labels of a deployment',
    object: { ...deployment('team'), metadata: { name: 'd', namespace: 'team', labels: entries(1025) } },
    paths: [],
    why: 'no revision records it',
  },
  {
    what: '129 components',
    object: withComponents(...times(129, () => ({}))),
    paths: ['spec.workload.components'],
    why: 'nothing in the list is read',
  },
  {
    what: 'too many traits in two components',
    object: withComponents(...times(2, () => ({ traits: times(65, () => 1) }))),
    paths: ['spec.workload.components[0].traits', 'spec.workload.components[1].traits'],
    why: 'all lists are reported',
  },
  {
    what: 'a long template',
    object: policyDefinition('x'.repeat(262_145)),
    paths: ['spec.schematic.cue.template'],
    why: 'CUE would compile it',
  },
  {
    what: 'a long name of a topology',
    object: { ...sound, spec: { topology: { type: 'x'.repeat(5000) } } },
    paths: ['spec.topology.type'],
    why: 'it would be looked up',
  },
  {
    what: 'a version of 100 characters',
    object: { ...sound, spec: { ...sound.spec, version: '1'.repeat(100) } },
    paths: [],
    why: 'it is cheap to check with everything else',
  },
  { what: '200 levels', object: { ...sound, spec: nested(198) }, paths: [], why: 'as many as are allowed' },
  { what: '201 levels', object: { ...sound, spec: nested(199) }, paths: [''], why: 'recursion over it is limited' },
  {
    what: 'a DefinitionRevision of 201 levels',
    object: { ...sound, kind: 'DefinitionRevision', spec: nested(199) },
    paths: [''],
    why: 'every kind is read',
  },
  {
    what: 'a DefinitionRevision with more than 1 MiB',
    object: { ...withText(1024 * 1024), kind: 'DefinitionRevision' },
    paths: [],
    why: 'only the controller writes it',
  },
  { what: 'a misspelt spec', object: { ...sound, spec: 'text' }, paths: [], why: 'the schema reports it' },
];

describe('the bounds of an object', () => {
  for (const { what, object, paths, why } of cases) {
    it(`${paths.length === 0 ? 'allow' : `report ${paths.map((path) => path || 'the object').join(' and ')} for`} ${what}: ${why}`, () => {
      assert.deepEqual(
        find(object as KubeObject).map(({ path }) => path),
        paths,
      );
    });
  }

  it('do not apply to a deletion', () => {
    assert.deepEqual(find(undefined, withText(1024 * 1024)), []);
  });

  it('let an object that is too large become smaller, be deleted, and keep its content', () => {
    const large = { ...withText(1024 * 1024), status: {} };
    const terminating = { ...large, metadata: { ...large.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const stamped = { ...large, metadata: { ...large.metadata, annotations: { 'spectrocloud.com/revision': '1' } } };
    assert.deepEqual(find(sound, large), []);
    assert.deepEqual(find({ ...terminating, metadata: { ...terminating.metadata, finalizers: [] } }, terminating), []);
    assert.deepEqual(find(stamped, large), [], 'the controller causes the stamp of what was stored without one');
    const labelled = { ...large, metadata: { ...large.metadata, labels: { a: 'b' } } };
    assert.equal(find(labelled, large).length, 1, 'a label makes a revision, which cannot be recorded');
    assert.equal(find({ ...withText(1024 * 1024 + 1) }, large).length, 1);
  });

  it('let a deployment that is too large keep its spec', () => {
    const large = { ...deployment('team'), spec: { x: times(20_000, () => 1) } } as unknown as KubeObject &
      UncheckedObject;
    assert.equal(find(large).length, 1);
    assert.deepEqual(find({ ...large, metadata: { ...large.metadata, labels: { a: 'b' } } }, large), []);
  });

  it('are checked before anything loops over a large value', () => {
    let reads = 0;
    const component = {
      get name() {
        reads += 1;
        return 'a';
      },
    };
    const components = times(400_000, () => component);
    const bomb = { ...requestObject(profile('team')), spec: { workload: { components } } };
    assert.equal(boundsFindings({ kind: 'WorkloadProfile', object: bomb }).length, 1);
    // One loop looks for deep values, and another one stops at the limit of values.
    assert.ok(reads <= 420_000, `${reads} reads`);
  });

  it('name the size of an object in KiB', () => {
    assert.deepEqual(tooLarge(1024 * 1024 + 1), {
      path: '',
      message: 'the object has 1025 KiB; at most 1024 KiB can be recorded as a revision',
    });
  });
});

describe('a stored object', () => {
  it('exceeds a bound, or none', () => {
    assert.equal(exceededBound('Environment', requestObject(sound)), undefined);
    const properties = { list: times(20_001, () => ({})) };
    const large = { ...sound, spec: { topology: { type: 'mine', properties } } };
    assert.equal(exceededBound('Environment', requestObject(large))?.path, 'spec');
    const deep = { ...sound, spec: nested(300) };
    assert.match(exceededBound('Environment', requestObject(deep))?.message ?? '', /deeper than 200 levels/);
  });
});
