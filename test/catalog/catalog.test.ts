import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { fileStore } from '../../src/catalog/stores/files.ts';
import { Catalog, templateOf, topologyFailure, type FindOptions } from '../../src/catalog/catalog.ts';
import type { DefinitionStore } from '../../src/catalog/store.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';
import { catalogOf, stubBuiltins } from '../support/catalog.ts';
import { stampedAs } from '../support/facts.ts';
import { environment, profile } from '../support/manifests.ts';
import { recordedEdits } from '../support/recorded-edits.ts';

function policyDefinition(name: string, labelled = true): KubeObject & { spec: object } {
  const labels = labelled ? { 'policydefinition.spectrocloud.com/type': 'topology' } : {};
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'PolicyDefinition',
    metadata: { name, namespace: 'mural-system', labels },
    spec: { schematic: { cue: { template: `template of ${name}` } } },
  };
}

const catalog = catalogOf(
  fileStore(
    [
      environment('team'),
      profile('team', 'local'),
      profile('mural-system', 'local'),
      profile('mural-system', 'shared'),
      policyDefinition('mine'),
      policyDefinition('unlabelled', false),
      policyDefinition('constructor'),
    ],
    sha256,
  ),
);
const shortOptions = { hash: sha256, builtins: stubBuiltins, systemNamespace: 'mural-system' };
const located = (kind: 'Environment' | 'WorkloadProfile', name: string, namespaces: string[]) =>
  catalog.resolve(kind, { text: name, namespaces });
const mineAt1 = { name: 'mine', selector: { kind: 'number', number: 1 } } as const;
const topologyOf = (type: string, stamp?: string) => catalog.topology(type, stamp);

describe('resolving a ref', () => {
  it('finds the content', async () => {
    const found = await located('Environment', 'primary@v1', ['team']);
    assert.equal(found.state, 'found');
    if (found.state === 'found') assert.deepEqual(found.spec, environment('team').spec);
  });

  it('finds the hub namespaces in the stamp of the Environment', async () => {
    const annotations = { 'spectrocloud.com/allowed-hub-namespaces': 'prod' };
    const files = catalogOf(fileStore([environment('team', { annotations })], sha256));
    const found = await files.resolve('Environment', { text: 'primary', namespaces: ['team'] });
    assert.deepEqual(found.state === 'found' && found.allowedHubNamespaces, ['prod']);
  });

  it('uses the first namespace that has the object', async () => {
    const namespaceOf = async (name: string) => {
      const found = await located('WorkloadProfile', name, ['team', 'mural-system']);
      return found.state === 'found' ? found.namespace : found.state;
    };
    assert.equal(await namespaceOf('local'), 'team');
    assert.equal(await namespaceOf('shared'), 'mural-system');
    assert.equal(await namespaceOf('gone'), 'pending');
  });

  const missing: { ref: string; state: string; why: string }[] = [
    { ref: 'gone', state: 'pending', why: 'the object may still be created' },
    { ref: 'primary@v2', state: 'pending', why: 'the revision may still be created' },
    { ref: 'primary@1', state: 'impossible', why: 'the ref cannot be parsed' },
    { ref: '__proto__', state: 'impossible', why: 'it is not a valid name' },
  ];
  for (const { ref, state, why } of missing) {
    it(`reports that ${ref} is ${state}: ${why}`, async () => {
      assert.equal((await located('Environment', ref, ['team'])).state, state);
    });
  }

  it('has no history of an object without a stamp', async () => {
    assert.equal(await catalog.history('Environment', environment('team') as never), undefined);
  });

  it('uses the live version only if the stamp has the hash of the content, which is not a revision otherwise', async () => {
    const recorded = stampedAs(JSON.parse(JSON.stringify(environment('team'))), 3);
    const edited = { ...recorded, spec: { ...recorded.spec, version: '2.0.0' } };
    const history = await catalog.history('Environment', edited);
    assert.deepEqual(history?.newest, { revision: 3 });
  });

  it('uses the spec of the live object only if the stamp has the hash of its content', async () => {
    const live = stampedAs(JSON.parse(JSON.stringify(environment('team'))), 3);
    assert.deepEqual(await catalog.specAt('Environment', live, 3), live.spec);
    assert.equal(await catalog.specAt('Environment', { ...live, spec: {} }, 3), undefined);
  });
});

describe('resolving a ref to a terminating object', () => {
  const { definition, objects } = recordedEdits('Environment', [{ spec: { size: 1 } }, { spec: { size: 2 } }]);
  const [, first, second] = objects.map(([, object]) => object);
  assert.ok(first !== undefined && second !== undefined);
  // Its spec and its stamp were changed after the deletion, which only the policies of the API server prevent.
  const edited = stampedAs({ ...definition, spec: { size: 9 } }, 2);
  const terminating = { ...edited, metadata: { ...edited.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const resolved = async (text: string, ...recorded: KubeObject[]) => {
    const found = await catalogOf(fileStore([terminating, ...recorded], sha256)).resolve('Environment', {
      text,
      namespaces: ['team'],
    });
    return found.state === 'found' ? found.spec : `${found.state} ${found.reason}: ${found.message}`;
  };

  it('finds recorded content, and never that of the live object', async () => {
    assert.deepEqual(await resolved('primary', first, second), { size: 2 });
    assert.deepEqual(await resolved('primary@v2', first, second), { size: 2 });
    assert.deepEqual(await resolved('primary@v1', first, second), { size: 1 });
  });

  it('does not use the hub namespaces that the live object says it may use', async () => {
    const annotations = { ...terminating.metadata.annotations, 'spectrocloud.com/allowed-hub-namespaces': 'payments' };
    const forged = { ...terminating, metadata: { ...terminating.metadata, annotations } };
    const store = fileStore([forged, first, second], sha256);
    const found = await catalogOf(store).resolve('Environment', { text: 'primary', namespaces: ['team'] });
    assert.deepEqual(found.state === 'found' && found.allowedHubNamespaces, []);
  });

  it('is pending once the newest revision is deleted', async () => {
    const message = 'pending ReferenceNotFound: Environment team/primary is being deleted';
    for (const recorded of [[first], []]) {
      for (const ref of ['primary', 'primary@v1', 'primary@v2'])
        assert.equal(await resolved(ref, ...recorded), message);
    }
  });

  it('is marked as such', async () => {
    const target = { ref: { name: 'primary', selector: { kind: 'newest' } }, namespaces: ['team'] } as const;
    const { isTerminating, history } = await catalogOf(fileStore([terminating], sha256)).find('Environment', target);
    assert.deepEqual([isTerminating, history], [true, undefined]);
  });

  it('does not use the template of a terminating PolicyDefinition', async () => {
    const live = policyDefinition('mine');
    const leaving = { ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const found = await catalogOf(fileStore([leaving], sha256)).topology('mine', undefined);
    assert.equal(found.state === 'unknown' && found.message, 'PolicyDefinition mural-system/mine is being deleted');
  });
});

describe('finding a topology', () => {
  const cases: { type: string; state: string; why: string }[] = [
    { type: 'topology-ocm', state: 'found', why: 'it is built in' },
    { type: 'mine', state: 'found', why: 'it is a PolicyDefinition in the system namespace' },
    { type: 'mine@v1', state: 'found', why: 'it is pinned' },
    { type: 'constructor', state: 'found', why: 'it is a valid name' },
    { type: 'mine@v2', state: 'unknown', why: 'the revision does not exist yet' },
    { type: 'unlabelled', state: 'unknown', why: 'it lacks the label of topologies' },
    { type: 'gone', state: 'unknown', why: 'it may still be created' },
    { type: 'topology-ocm@v1', state: 'invalid', why: 'built-ins have no revisions' },
    { type: 'No Name', state: 'invalid', why: 'the ref cannot be parsed' },
  ];
  for (const { type, state, why } of cases) {
    it(`returns ${state} for ${type}: ${why}`, async () => assert.equal((await topologyOf(type)).state, state));
  }

  it('lists the built-in topologies, and no PolicyDefinition, if the topology does not exist', async () => {
    const found = await topologyOf('gone');
    assert.match(found.state === 'unknown' ? found.message : '', /; built in: topology-ocm, topology-ocm-byop$/);
  });

  it('is held if a pin means other content than its stamp says', async () => {
    const unstamped = await topologyOf('mine@v1');
    assert.equal(unstamped.state === 'found' && unstamped.lacksStamp, true);
    const { hash } = (await catalog.find('PolicyDefinition', { ref: mineAt1, namespaces: ['mural-system'] })).history
      ?.newest ?? { hash: undefined };
    const same = await topologyOf('mine@v1', `mural-system/mine@v1#${hash}`);
    assert.deepEqual([same.state, same.state === 'found' && same.lacksStamp], ['found', false]);
    const other = await topologyOf('mine@v1', 'mural-system/mine@v1#h1:other');
    assert.match(
      other.state === 'changed' ? other.message : '',
      /mine@v1 of PolicyDefinition .* has other content now/,
    );
    assert.equal(other.state !== 'found' && topologyFailure(other).reason, 'RevisionChanged');
    assert.equal((await topologyOf('mine', 'mural-system/mine@v1#h1:other')).state, 'found', 'it is not pinned');
    const foreign = await topologyOf('mine@v1', 'mural-system/theirs@v1#h1:other');
    assert.equal(foreign.state, 'found', 'the stamp was made for another ref');
  });

  it('reads the template of any value', () => {
    assert.equal(templateOf({ schematic: { cue: { template: 'x' } } }), 'x');
    for (const odd of [
      undefined,
      {},
      { schematic: 1 },
      { schematic: { cue: [] } },
      { schematic: { cue: { template: 1 } } },
    ]) {
      assert.equal(templateOf(odd), undefined);
    }
  });
});

describe('a catalog that lists revisions only if a ref needs that', () => {
  const versions = [undefined, '1.0.0', undefined, '3.0.0-rc.1', undefined];
  const topologies = ['topology-ocm', 'edge', 'edge@v1', 'edge', 'topology-ocm'];
  const refs = [
    'primary',
    'primary@v1',
    'primary@v2',
    'primary@v9',
    'primary@v1.0',
    'primary@v1.1.0',
    'primary@v3.0.0',
  ];
  const edits = versions.map((version, index) => ({
    spec: { topology: { type: topologies[index] ?? '' }, ...(version === undefined ? {} : { version }) },
    // Only a pinned topology has a stamp.
    annotations: index !== 2 ? {} : { 'spectrocloud.com/topology-revision': `mural-system/edge@v${index}#h1:a` },
  }));
  const terminating = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  /** What happens to the live object after its last edit. */
  const changes: Record<string, (definition: Definition) => Definition> = {
    'with its stamp': (definition) => definition,
    'whose status has the published versions': ({ status, ...rest }) => ({
      ...rest,
      status: { ...status, versions: { '1.0': '1.0.0', '3.0-prerelease': '3.0.0-rc.1' } },
    }),
    'whose status has many lines of versions': ({ status, ...rest }) => {
      const lines = Array.from({ length: 50 }, (_, line) => [`9.${line}`, `9.${line}.0`]);
      return { ...rest, status: { ...status, versions: Object.fromEntries(lines) } };
    },
    'that was edited without the webhook': (definition) => ({ ...definition, spec: { edited: true } }),
    'that is terminating': ({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, ...terminating } }),
    'without a stamp': ({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, annotations: {} } }),
    'whose stamp of the topology was removed': ({ metadata, ...rest }) => {
      const { 'spectrocloud.com/topology-revision': _, ...annotations } = metadata.annotations ?? {};
      return { ...rest, metadata: { ...metadata, annotations } };
    },
  };

  for (const [what, change] of Object.entries(changes)) {
    it(`resolves each ref to an object ${what} as another catalog does`, async () => {
      let skipped = 0;
      for (const count of [1, 2, 3, 4, 5]) {
        const { definition, objects } = recordedEdits('Environment', edits.slice(0, count));
        const live = change(definition);
        let lists = 0;
        const files = fileStore([live, ...objects.slice(1).map(([, object]) => object)], sha256);
        const store: DefinitionStore = {
          ...files,
          // The store of files gives an object without a stamp its first one.
          get: () => Promise.resolve(live),
          revisions: (...given) => ((lists += 1), files.revisions(...given)),
        };
        const complete = catalogOf(store);
        const short = new Catalog({ ...shortOptions, store, cachedRevisions: files });
        for (const text of refs) {
          const lookup = { text, namespaces: ['team'] };
          lists = 0;
          const found = await short.resolve('Environment', lookup);
          if (lists === 0) skipped += 1;
          assert.deepEqual(found, await complete.resolve('Environment', lookup), text);
        }
      }
      assert.equal(skipped > 0, !['that was edited without the webhook', 'that is terminating'].includes(what));
    });
  }

  it('gives all recorded revisions if they are asked for', async () => {
    const { objects } = recordedEdits('WorkloadProfile', [{}, { labels: { a: 'b' } }]);
    const store = fileStore(
      objects.map(([, object]) => object),
      sha256,
    );
    const short = new Catalog({ ...shortOptions, store, cachedRevisions: store });
    const lookup = { ref: { name: 'primary', selector: { kind: 'newest' } }, namespaces: ['team'] } as const;
    const recorded = async (options?: FindOptions) =>
      (await short.find('WorkloadProfile', lookup, options)).history?.recorded.length;
    assert.deepEqual([await recorded(), await recorded({ completeHistory: true })], [0, 2]);
  });
});
