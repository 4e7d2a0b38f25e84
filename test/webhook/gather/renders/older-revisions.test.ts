import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { revisionOf } from '../../../../src/domain/revisions/record.ts';
import { readStamp } from '../../../../src/domain/revisions/revision.ts';
import type { EditedHistory } from '../../../../src/webhook/gather/edited-history.ts';
import { olderRevisionsInUse } from '../../../../src/webhook/gather/renders/older-revisions.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { requestObject, stampedAs } from '../../../support/facts.ts';
import { gatherContextOf } from '../../../support/gathering.ts';
import { deployment, environment } from '../../../support/manifests.ts';

const topology = requestObject(stampedAs(customTopology('edge', 'new'), 2));
const history: EditedHistory = {
  before: { newest: { revision: 1 }, recorded: [] },
  after: { newest: { revision: 2 }, recorded: [{ revision: 1 }] },
  revision: 2,
};

/** An Environment with two recorded revisions, whose property `x` is the number of the revision. */
function recorded(type: string): KubeObject[] {
  const at = (x: number) => {
    const created = environment('team', { topology: { type, properties: { x } } });
    return stampedAs({ ...created, metadata: { ...created.metadata, uid: 'environment' } }, x);
  };
  const revisions = [1, 2].map((revision) =>
    revisionOf('Environment', at(revision), readStamp(at(revision).metadata) ?? assert.fail()),
  );
  return [at(2), ...revisions];
}
const using = (environmentRef: string, name = 'web') => deployment('team', { environmentRef, name });

async function found(type: string, ...deployments: KubeObject[]) {
  const context = gatherContextOf([...recorded(type), ...deployments]);
  const newest = new Map([['team/primary', 2]]);
  const { found: used, unevaluated } = await olderRevisionsInUse(topology, history, newest, context);
  return { used: used.map(({ name, revision }) => `${name}@v${revision}`), unevaluated };
}

describe('older revisions of Environments that deployments use', () => {
  const deleted = using('primary@v1');
  const rows: [why: string, type: string, deployments: KubeObject[], used: string[]][] = [
    [
      'are those that deployments pin, each once',
      'edge',
      [using('primary@v1'), using('primary@v1', 'b')],
      ['primary@v1'],
    ],
    ['are not the newest ones', 'edge', [using('primary@v2'), using('primary')], []],
    ['are not those whose topology is pinned', 'edge@v1', [using('primary@v1')], []],
    ['are not those with another topology', 'other', [using('primary@v1')], []],
    ['are not those that no deployment uses', 'edge', [], []],
    [
      'are not those of deployments that are being deleted',
      'edge',
      [{ ...deleted, metadata: { ...deleted.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }],
      [],
    ],
  ];
  for (const [why, type, deployments, used] of rows) {
    it(why, async () => assert.deepEqual(await found(type, ...deployments), { used, unevaluated: 0 }));
  }

  it('are found with a bound; refs beyond it are counted', async () => {
    const many = Array.from({ length: 102 }, (_, index) => using(`primary@v1.${index}`, `web-${index}`));
    assert.deepEqual((await found('edge', ...many)).unevaluated, 2);
  });
});
