import assert from 'node:assert/strict';
import type { KubeObject, OwnerReference } from '../../../../../src/api/object.ts';
import { withOwner } from '../../../../../deploy/local/ocm-stand-in/agent/ownership.ts';
import { objectToCreate, objectToUpdate } from '../../../../../deploy/local/ocm-stand-in/agent/update-merge.ts';
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
    ? { manifest, meta, problem: `no ${kind}` }
    : { manifest, meta, resource: { ...core, kind, ...found } };
}

/** A spoke without a server: carries out plans as the agent does, and empties a namespace that is deleted. */
class Spoke {
  readonly objects = new Map<string, KubeObject>();
  readonly #records = new Map<string, AppliedResource[]>();
  #uids = 0;

  put(object: KubeObject): void {
    this.#uids += 1;
    const metadata = { ...object.metadata, uid: `uid-${this.#uids}` };
    this.objects.set(idOf(resolve(object, 0).meta), { ...object, metadata });
  }

  /** `spec` undefined: the work is deleted. */
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
      if (live === undefined) this.put(objectToCreate(manifest, { owner, owned }));
      else this.objects.set(idOf(meta), objectToUpdate(manifest, live, { owner, owned }) ?? live);
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

const keep: ResourceIdentifier[] = [{ resource: 'namespaces', name: 'team' }];

describe('OCM stand-in: planWork against the hazards that were measured on OCM', () => {
  const hazards: { name: string; act: (spoke: Spoke) => void; survives: boolean }[] = [
    {
      name: 'H1: the Namespace leaves the work',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', workSpec('a', { create: false }));
      },
      survives: false,
    },
    {
      name: 'H1: an orphaning rule that comes only with the edit is too late',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', workSpec('a', { create: false, orphan: keep }));
      },
      survives: false,
    },
    {
      name: 'H1: an orphaning rule was applied before',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', workSpec('a', { create: true, orphan: keep }));
        spoke.reconcile('a', workSpec('a', { create: false, orphan: keep }));
      },
      survives: true,
    },
    {
      name: 'H2: one work orphans, the other does not and is deleted',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true, orphan: keep }));
        spoke.reconcile('b', workSpec('b', { create: true }));
        spoke.reconcile('b', undefined);
      },
      survives: false,
    },
    {
      name: 'H3: the creator is deleted under another work',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('b', workSpec('b', { create: false }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H4: two creators, one is deleted',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('b', workSpec('b', { create: true }));
        spoke.reconcile('a', undefined);
      },
      survives: true,
    },
    {
      name: 'H4: two creators, both are deleted',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('b', workSpec('b', { create: true }));
        spoke.reconcile('a', undefined);
        spoke.reconcile('b', undefined);
      },
      survives: false,
    },
    {
      name: 'H5: the work is removed because its cluster left',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H6: a rule by kind',
      act: (spoke) => {
        spoke.reconcile('a', workSpec('a', { create: true, orphan: [{ resource: 'Namespace', name: 'team' }] }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H6: a rule with a namespace',
      act: (spoke) => {
        const orphan = [{ resource: 'namespaces', name: 'team', namespace: 'team' }];
        spoke.reconcile('a', workSpec('a', { create: true, orphan }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H7: a namespace that was there before is adopted, then deleted',
      act: (spoke) => {
        spoke.put(namespaceManifest('team'));
        spoke.put(configMap('team', 'older'));
        spoke.reconcile('a', workSpec('a', { create: true }));
        spoke.reconcile('a', undefined);
      },
      survives: false,
    },
    {
      name: 'H8: the new work is applied before the old one goes',
      act: (spoke) => {
        spoke.reconcile('old', workSpec('a', { create: true }));
        spoke.reconcile('new', workSpec('a', { create: true }));
        spoke.reconcile('old', undefined);
      },
      survives: true,
    },
  ];
  for (const { name, act, survives } of hazards) {
    it(`${survives ? 'keeps' : 'loses'} the namespace. ${name}`, () => {
      const spoke = new Spoke();
      act(spoke);
      assert.equal(spoke.objects.has('namespaces//team'), survives);
      if (!survives) assert.deepEqual([...spoke.objects.keys()], []);
    });
  }

  it('applies a Namespace before what is in it, whatever the order in the work', () => {
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

  it('lets go of nothing while it does not know a kind', () => {
    const manifests = [{ apiVersion: 'x/v1', kind: 'Unknown', metadata: { name: 'u' } }].map(resolve);
    const recorded = [{ ...core, resource: 'namespaces', namespace: '', name: 'team', uid: 'u' }];
    const owner = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' };
    const plan = planWork({ spec: {}, manifests, recorded, live: () => undefined, owner });
    assert.deepEqual(plan.release, []);
    assert.deepEqual(
      plan.unresolved.map(({ problem }) => problem),
      ['no Unknown'],
    );
  });
});
