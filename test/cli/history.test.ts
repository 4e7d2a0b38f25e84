import assert from 'node:assert/strict';
import { definitionRevisions } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { retiringAnnotation } from '../../src/domain/annotations.ts';
import { mooring } from '../support/command-line.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';
import { deploymentUser } from '../support/users-of-definitions.ts';

const edits = [
  { spec: { size: 1 } },
  { spec: { size: 2 }, labels: { tier: 'gold' } },
  { spec: { size: 2, version: '1.0.0' }, labels: { tier: 'gold' } },
];
const { definition, objects } = recordedEdits('Environment', edits);
const user = deploymentUser({ name: 'a', environment: { name: 'primary' } });

function run(all: [Resource, KubeObject][], ...args: string[]) {
  return mooring(['history', 'env', 'primary', ...args], { client: createMemoryClient(all) });
}

const isRevision =
  (number: number) =>
  ([, { metadata }]: [Resource, KubeObject]) =>
    metadata.name.endsWith(`.v${number}`);

describe('mooring history', () => {
  it('shows revisions, newest first, with their changes and their numbers of users', async () => {
    assert.deepEqual(await run([...objects, user]), {
      code: 0,
      out: [
        'REVISION      VERSION   AGE   USERS   CHANGE',
        '3 (current)   1.0.0     8m    1       +spec.version',
        '2             <none>    9m    0       +metadata.labels.tier, spec.size',
        '1             <none>    10m   0       created',
        '',
      ].join('\n'),
      error: '',
    });
  });

  it('marks a revision that is about to be pruned, and names the gap where one was pruned', async () => {
    const retiring = objects
      .filter((entry) => !isRevision(2)(entry))
      .map((entry): [Resource, KubeObject] => {
        const [resource, object] = entry;
        if (!isRevision(1)(entry)) return entry;
        return [resource, { ...object, metadata: { ...object.metadata, annotations: { [retiringAnnotation]: 'x' } } }];
      });
    const { out } = await run(retiring);
    assert.match(out, /^3 \(current\) .* since v1: \+metadata\.labels\.tier, spec\.size, \+spec\.version$/m);
    assert.match(out, /^1 \(retiring\) /m);
    const { out: later } = await run(retiring.filter((entry) => !isRevision(1)(entry)));
    assert.match(later, /^3 \(current\) .* v2 is pruned$/m);
  });

  it('says that the object is being deleted, and shows recorded revisions only', async () => {
    const metadata = { ...definition.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] };
    const all = objects.map((entry): [Resource, KubeObject] =>
      entry[1].kind === 'Environment' ? [entry[0], { ...definition, metadata }] : entry,
    );
    const { out, error } = await run(all);
    assert.match(out, /^3 \(current\) /m);
    assert.match(error, /Environment team\/primary is being deleted/);
    assert.doesNotMatch(error, /webhook/);
  });

  it('counts the live object as the newest revision before it is recorded', async () => {
    const { out } = await run(objects.filter((entry) => !isRevision(3)(entry)));
    assert.match(out, /^3 \(current, not recorded yet\) +1\.0\.0 +<none> /m);
  });

  it('warns of an edit without a stamp', async () => {
    const [resource] = objects[0] ?? [];
    assert.ok(resource);
    const changed = { ...definition, spec: { size: 9 } };
    const { code, error } = await run([[resource, changed], ...objects.slice(1)]);
    assert.deepEqual(
      [code, error],
      [0, 'Warning: Environment team/primary was changed while the webhook of mooring was not running\n'],
    );
  });

  it('prints the DefinitionRevisions with -o', async () => {
    const { out } = await run(objects, '-o', 'json');
    const { kind, items }: { kind: string; items: KubeObject[] } = JSON.parse(out);
    assert.equal(kind, 'List');
    assert.deepEqual(
      items.map((item) => [item.kind, item.metadata.name]),
      [3, 2, 1].map((number) => [definitionRevisions.kind, `environment.primary.v${number}`]),
    );
  });

  it('refuses a revision in the argument, because it shows all of them', async () => {
    const { code, error } = await mooring(['history', 'env', 'primary@v1'], { client: createMemoryClient(objects) });
    assert.equal(code, 2);
    assert.match(error, /use Environment primary/);
  });
});
