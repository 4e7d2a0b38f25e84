import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/api/object.ts';
import { namespacesIn, ownedNamespaces, workloadsIn } from '../../../src/domain/spoke/work-namespaces.ts';
import { anyJson, anyJsonObject } from '../../support/any-json.ts';
import { renderedWork } from '../../support/hub-objects.ts';

const namespace: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const workload: JsonObject = {
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Workload',
  metadata: { namespace: 'shop', name: 'web' },
};
const key = { namespace: 'shop', name: 'web' };

const cases: { what: string; manifests: JsonObject[]; workloads: object[]; namespaces: string[]; why: string }[] = [
  { what: 'nothing', manifests: [], workloads: [], namespaces: [], why: 'there are no manifests' },
  {
    what: 'both',
    manifests: [namespace, workload],
    workloads: [key],
    namespaces: ['shop'],
    why: 'the namespace is listed once',
  },
  {
    what: 'a Workload alone',
    manifests: [workload],
    workloads: [key],
    namespaces: ['shop'],
    why: 'it is in its namespace',
  },
  { what: 'a Namespace alone', manifests: [namespace], workloads: [], namespaces: ['shop'], why: 'it is contained' },
  {
    what: 'a Workload of another version',
    manifests: [{ ...workload, apiVersion: 'spectrocloud.com/v2' }],
    workloads: [key],
    namespaces: ['shop'],
    why: 'the kind is the same',
  },
  {
    what: 'a Workload of another group',
    manifests: [
      { ...workload, apiVersion: 'example.com/v1' },
      { ...workload, apiVersion: 'spectrocloud.com.evil/v1' },
    ],
    workloads: [],
    namespaces: [],
    why: 'another kind',
  },
  {
    what: 'another kind of the group',
    manifests: [{ ...workload, kind: 'WorkloadProfile' }],
    workloads: [],
    namespaces: [],
    why: 'it is not a Workload',
  },
  {
    what: 'a Workload without a namespace',
    manifests: [
      { ...workload, metadata: { name: 'web' } },
      { ...workload, metadata: 'x' },
    ],
    workloads: [],
    namespaces: [],
    why: 'a template may render anything',
  },
  {
    what: 'a Namespace without a name',
    manifests: [{ kind: 'Namespace' }],
    workloads: [],
    namespaces: [],
    why: 'a template may render anything',
  },
];

describe('the namespaces of a ManifestWorkReplicaSet', () => {
  for (const { what, manifests, workloads, namespaces, why } of cases) {
    it(`with ${what} are ${namespaces.join(', ') || 'none'}: ${why}`, () => {
      const replicaSet = renderedWork({ manifests });
      assert.deepEqual(workloadsIn(replicaSet), workloads);
      assert.deepEqual(namespacesIn(replicaSet), namespaces);
    });
  }

  const orphaning = (...names: string[]): JsonObject => ({
    propagationPolicy: 'SelectivelyOrphan',
    selectivelyOrphans: { orphaningRules: names.map((name) => ({ resource: 'namespaces', name })) },
  });
  const second: JsonObject = { ...namespace, metadata: { name: 'data' } };
  const owning: { what: string; manifests: JsonObject[]; deleteOption?: JsonObject; owned: string[] }[] = [
    { what: 'those that it contains', manifests: [namespace, second], owned: ['shop', 'data'] },
    {
      what: 'those that it contains and does not orphan',
      manifests: [namespace, second],
      deleteOption: orphaning('shop'),
      owned: ['data'],
    },
    { what: 'none that it orphans', manifests: [namespace], deleteOption: { propagationPolicy: 'Orphan' }, owned: [] },
    { what: 'none that contain only a Workload', manifests: [workload], owned: [] },
  ];
  for (const { what, manifests, deleteOption, owned } of owning) {
    it(`that it owns are ${what}`, () => {
      const replicaSet = renderedWork({ manifests, ...(deleteOption === undefined ? {} : { deleteOption }) });
      assert.deepEqual(ownedNamespaces(replicaSet), owned);
    });
  }

  it('are read from any object', () => {
    const nested = (value: JsonValue) => ({ spec: { manifestWorkTemplate: { workload: { manifests: value } } } });
    fc.assert(
      fc.property(fc.oneof(anyJsonObject, anyJson.map(nested)), (object) => {
        assert.deepEqual([namespacesIn(object), ownedNamespaces(object), workloadsIn(object)], [[], [], []]);
      }),
    );
  });
});
