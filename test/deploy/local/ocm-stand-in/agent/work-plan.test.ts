import assert from 'node:assert/strict';
import type { KubeObject, OwnerReference } from '../../../../../src/api/object.ts';
import { withOwner } from '../../../../../deploy/local/ocm-stand-in/agent/ownership.ts';
import { buildNewObject, mergeObject } from '../../../../../deploy/local/ocm-stand-in/agent/update-merge.ts';
import type {
  AppliedResource,
  DeleteOption,
  ManifestWorkSpec,
  ResourceIdentifier,
} from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';
import { planWork, type ResolvedManifest } from '../../../../../deploy/local/ocm-stand-in/agent/work-plan.ts';
import { configMap, namespaceManifest } from '../builders.ts';

const core = { group: '', version: 'v1' };
const plurals: Record<string, { plural: string; namespaced: boolean }> = {
  Namespace: { plural: 'namespaces', namespaced: false },
  ConfigMap: { plural: 'configmaps', namespaced: true },
};

function resolve(manifest: KubeObject, ordinal: number): ResolvedManifest {
  const { kind, metadata } = manifest;
  const found = plurals[kind];
  const { namespace = '', name } = metadata;
  const meta = { ...core, ordinal, kind, resource: found?.plural ?? '', namespace, name };
  return found === undefined
    ? { manifest, meta, problem: `${kind} is unknown` }
    : { manifest, meta, resource: { ...core, kind, ...found } };
}

/** A spoke in memory. It executes plans like the agent, and the deletion of a Namespace deletes its content. */
class Spoke {
  readonly objects = new Map<string, KubeObject>();
  readonly #records = new Map<string, AppliedResource[]>();
  #uids = 0;

  put(object: KubeObject): void {
    this.#uids += 1;
    const metadata = { ...object.metadata, uid: `uid-${this.#uids}` };
    this.objects.set(idOf(resolve(object, 0).meta), { ...object, metadata });
  }

  /** Without `spec` the ManifestWork is deleted. */
  reconcile(work: string, spec: ManifestWorkSpec | undefined): void {
    const owner: OwnerReference = {
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'AppliedManifestWork',
      name: `hash-${work}`,
      uid: work,
    };
    const plan = planWork({
      spec,
      manifests: (spec?.workload?.manifests ?? []).map(resolve),
      recorded: this.#records.get(work) ?? [],
      live: (resource) => this.objects.get(idOf(resource)),
      owner,
    });
    const record = plan.apply.map(({ manifest, meta, owned }): AppliedResource => {
      const live = this.objects.get(idOf(meta));
      if (live === undefined) this.put(buildNewObject(manifest, { owner, owned }));
      else this.objects.set(idOf(meta), mergeObject(manifest, live, { owner, owned }) ?? live);
      return { ...meta, uid: this.objects.get(idOf(meta))?.metadata.uid ?? '' };
    });
    for (const { resource, action } of plan.release) {
      if (action === 'delete') this.#delete(resource);
      if (action === 'disown') this.#disown(resource, owner);
    }
    this.#records.set(work, record);
  }

  #delete(resource: ResourceIdentifier): void {
    this.objects.delete(idOf(resource));
    if (resource.resource !== 'namespaces') return;
    for (const [id, object] of this.objects) {
      if (object.metadata.namespace === resource.name) this.objects.delete(id);
    }
  }

  #disown(resource: ResourceIdentifier, owner: OwnerReference): void {
    const live = this.objects.get(idOf(resource));
    if (live === undefined) return;
    const ownerReferences = [...withOwner(live.metadata.ownerReferences, owner, false)];
    this.objects.set(idOf(resource), { ...live, metadata: { ...live.metadata, ownerReferences } });
  }
}

function idOf({ resource, namespace = '', name }: ResourceIdentifier): string {
  return `${resource}/${namespace}/${name}`;
}

function workSpec(
  app: string,
  { create, orphan }: { create: boolean; orphan?: ResourceIdentifier[] },
): ManifestWorkSpec {
  const deleteOption: DeleteOption = {
    propagationPolicy: 'SelectivelyOrphan',
    selectivelyOrphans: { orphaningRules: orphan ?? [] },
  };
  const manifests = [configMap('team', app), ...(create ? [namespaceManifest('team')] : [])];
  return { workload: { manifests }, ...(orphan === undefined ? {} : { deleteOption }) };
}

const orphanNamespace: ResourceIdentifier[] = [{ resource: 'namespaces', name: 'team' }];

describe('OCM stand-in: planWork, compared with the results of the hazards on a real OCM', () => {
  const hazards: { name: string; run: (spoke: Spoke) => void; survives: boolean }[] = [
    {
      name: 'H1: the Namespace is no longer in the ManifestWork',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', workSpec('a', { create: false }));
      },
      survives: false,
    },
    {
      name: 'H1: an orphaning rule is added in the same edit, which is too late',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', workSpec('a', { create: false, orphan: orphanNamespace }));
      },
      survives: false,
    },
    {
      name: 'H1: an orphaning rule was applied before',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', workSpec('a', { create: true, orphan: orphanNamespace }));
        spoke.reconcile('a', workSpec('a', { create: false, orphan: orphanNamespace }));
      },
      survives: true,
    },
    {
      name: 'H2: one ManifestWork orphans the namespace, and the other one does not and is deleted',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true, orphan: orphanNamespace }));
        spoke.reconcile('b', workSpec('b', { create: true }));
        spoke.reconcile('b', undefined);
      },
      survives: false,
    },
    {
      name: 'H3: the ManifestWork that created the namespace is deleted, while another one uses it',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('b', workSpec('b', { create: false }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H4: two ManifestWorks own the namespace, and one is deleted',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('b', workSpec('b', { create: true }));
        spoke.reconcile('a', undefined);
      },
      survives: true,
    },
    {
      name: 'H4: two ManifestWorks own the namespace, and both are deleted',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('b', workSpec('b', { create: true }));
        spoke.reconcile('a', undefined);
        spoke.reconcile('b', undefined);
      },
      survives: false,
    },
    {
      name: 'H5: the ManifestWork is deleted because its cluster is not selected any more',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H6: an orphaning rule contains the kind',
      run: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true, orphan: [{ resource: 'Namespace', name: 'team' }] }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H6: an orphaning rule contains a namespace',
      run: (spoke) => {
        const orphan = [{ resource: 'namespaces', name: 'team', namespace: 'team' }];
        spoke.reconcile('a', workSpec('a', { create: true, orphan }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H7: a namespace existed before and is adopted',
      run: (spoke) => {
        spoke.put(namespaceManifest('team'));
        spoke.put(configMap('team', 'older'));
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H8: the new ManifestWork is applied before the old one is deleted',
      run: (spoke) => {
        spoke.reconcile('old', workSpec('a', { create: true }));
        spoke.reconcile('new', workSpec('a', { create: true }));
        spoke.reconcile('old', undefined);
      },
      survives: true,
    },
  ];
  for (const { name, run, survives } of hazards) {
    it(`${survives ? 'does not delete' : 'deletes'} the namespace. ${name}`, () => {
      const spoke = new Spoke();
      run(spoke);
      assert.equal(spoke.objects.has('namespaces//team'), survives);
      if (!survives) assert.deepEqual([...spoke.objects.keys()], []);
    });
  }

  it('applies a Namespace before its content, also if the manifests have another order', () => {
    const manifests = [configMap('team', 'a'), namespaceManifest('team')].map(resolve);
    const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' };
    const plan = planWork({ spec: {}, manifests, recorded: [], live: () => undefined, owner });
    assert.deepEqual(
      plan.apply.map(({ meta }) => [meta.kind, meta.ordinal]),
      [
        ['Namespace', 1],
        ['ConfigMap', 0],
      ],
    );
  });

  it('releases nothing while a kind is unknown', () => {
    const manifests = [{ apiVersion: 'x/v1', kind: 'Unknown', metadata: { name: 'u' } }].map(resolve);
    const recorded = [{ ...core, resource: 'namespaces', namespace: '', name: 'team', uid: 'u' }];
    const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' };
    const plan = planWork({ spec: {}, manifests, recorded, live: () => undefined, owner });
    assert.deepEqual(plan.release, []);
    assert.deepEqual(
      plan.unresolved.map(({ problem }) => problem),
      ['Unknown is unknown'],
    );
  });
});
