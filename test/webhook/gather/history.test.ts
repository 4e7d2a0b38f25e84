import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { NamespaceHistory } from '../../../src/catalog/history-sizes.ts';
import { noHistory } from '../../../src/catalog/history-sizes.ts';
import { contentBytesAnnotation } from '../../../src/domain/annotations.ts';
import { gatherHistory } from '../../../src/webhook/gather/history.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { stampedAs } from '../../support/facts.ts';
import { gatherContextOf, gathered } from '../../support/gathering.ts';
import { deployment, environment } from '../../support/manifests.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';

const mebibyte = 1024 * 1024;

/** An object with revisions of so many MiB, according to their annotations. */
function historyOf(kind: 'Environment' | 'PolicyDefinition', sizes: readonly number[], namespace = 'team') {
  const edits = sizes.map((_, index) => ({ labels: { edit: String(index) } }));
  const { definition, objects } = recordedEdits(kind, edits, { namespace });
  const revisions = objects.slice(1).map(([, object], index): KubeObject => {
    const annotations = {
      ...object.metadata.annotations,
      [contentBytesAnnotation]: String((sizes[index] ?? 0) * mebibyte),
    };
    return { ...object, metadata: { ...object.metadata, annotations } };
  });
  const next = stampedAs(
    { ...definition, metadata: { ...definition.metadata, labels: { edit: 'next' } } },
    sizes.length + 1,
  );
  return { definition, next, objects: [definition, ...revisions] };
}

const pin = (revision: number, name = `pin-${revision}`) =>
  deployment('team', { name, environmentRef: `primary@v${revision}` });

describe('the history that an edit adds to', () => {
  const { definition, next, objects } = historyOf('Environment', [9, 1, 8]);
  const historyFor = async (others: readonly KubeObject[], inNamespace: NamespaceHistory = noHistory) => {
    const context = gatherContextOf([...objects, ...others], {
      historyOf: () => inNamespace,
      isAllowed: (_user, { namespace }) => Promise.resolve(namespace !== 'secret'),
    });
    const { history } = await gathered(gatherHistory, { object: next, oldObject: definition }, context);
    return history ?? assert.fail();
  };

  it('has the size of the new content', async () => {
    const { added } = await historyFor([]);
    assert.equal(added, JSON.stringify({ metadata: { labels: { edit: 'next' } }, spec: {} }).length);
  });

  it('must retain nothing that is not in use', async () => {
    const { added, object } = await historyFor([deployment('team')]);
    assert.deepEqual(object, { stored: 18 * mebibyte, required: added, revisions: [], holders: [] });
  });

  it('must retain what is in use, and says by what', async () => {
    const { added, object } = await historyFor([pin(1), pin(3), deployment('team', { name: 'follows' })]);
    assert.equal(object.required, 17 * mebibyte + added);
    assert.deepEqual(object.revisions, [1, 3]);
    assert.deepEqual(
      object.holders?.map(({ name }) => name),
      ['pin-1', 'pin-3'],
    );
  });

  it('need not retain the newest revision for deployments that follow it', async () => {
    const applied = { environment: { namespace: 'team', name: 'primary', revision: 3 } };
    const follows = { ...deployment('team'), status: applied } as KubeObject;
    assert.deepEqual((await historyFor([follows])).object.revisions, []);
    const behind = {
      ...deployment('team'),
      status: { environment: { ...applied.environment, revision: 1 } },
    } as KubeObject;
    assert.deepEqual((await historyFor([behind])).object.revisions, [1]);
  });

  it('is not looked into as long as everything fits', async () => {
    const small = historyOf('Environment', [3, 3]);
    const context = gatherContextOf(small.objects);
    const { history } = await gathered(gatherHistory, { object: small.next, oldObject: small.definition }, context);
    assert.deepEqual(history?.object, { stored: 6 * mebibyte });
  });

  it('of a topology must retain what recorded revisions of Environments pin', async () => {
    const topology = historyOf('PolicyDefinition', [9, 9], 'mural-system');
    const ours = customTopology('primary', '');
    const user = recordedEdits('Environment', [{ spec: { topology: { type: `${ours.metadata.name}@v1` } } }], {
      name: 'old',
    });
    const context = gatherContextOf([...topology.objects, ...user.objects.map(([, object]) => object)]);
    const { history } = await gathered(
      gatherHistory,
      { object: topology.next, oldObject: topology.definition },
      context,
    );
    assert.deepEqual(history?.object.revisions, [1]);
    assert.deepEqual(
      history.object.holders?.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
      ['Environment team/old'],
      'the Environment and its recorded revision are named once',
    );
  });

  it('of the namespace names the largest objects if it is full', async () => {
    const sizes = { stored: 128 * mebibyte, kept: 128 * mebibyte };
    const of = (mebibytes: number) => ({ stored: mebibytes * mebibyte, kept: mebibytes * mebibyte });
    const inNamespace = new Map([
      ['Environment/team/a', of(1)],
      ['Environment/team/b', of(15)],
      ['WorkloadProfile/team/c', of(9)],
      ['WorkloadProfile/team/d', of(8)],
    ]);
    const { namespace } = await historyFor([], { ...sizes, objects: inNamespace });
    assert.deepEqual(
      namespace.largest.map(({ kind, name, bytes }) => [kind, name, bytes / mebibyte]),
      [
        ['Environment', 'b', 15],
        ['WorkloadProfile', 'c', 9],
        ['WorkloadProfile', 'd', 8],
      ],
    );
    const { namespace: half } = await historyFor([], { ...sizes, kept: mebibyte, objects: inNamespace });
    assert.deepEqual(half.largest, []);
  });

  it('is not gathered for requests that make no revision', async () => {
    const context = gatherContextOf(objects);
    const finalized = { ...definition, metadata: { ...definition.metadata, finalizers: ['a/b'] } };
    assert.deepEqual(await gathered(gatherHistory, { object: finalized, oldObject: definition }, context), {});
    assert.deepEqual(await gathered(gatherHistory, { object: deployment('team') }, context), {});
    assert.deepEqual(await gathered(gatherHistory, { object: environment('team') }, context), {}, 'no stamp');
    const created = await gathered(gatherHistory, { object: stampedAs(environment('team'), 1) }, context);
    assert.deepEqual(created.history?.object, { stored: 0 });
  });
});
