import assert from 'node:assert/strict';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { acknowledgedForWrite } from '../../../src/controller/deployments/acknowledgements.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { editedEnvironment, environmentSpec } from '../../support/environment-edits.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

const acknowledge = 'spectrocloud.com/acknowledge';
const code = 'WorkloadConflict';
const reference = { namespace: 'team', name: 'primary', revision: 2 };

interface Row {
  why: string;
  /** The acknowledgement of the deployment, and the one that it has consumed. */
  own?: string;
  consumed?: string;
  /** The revision that the Environment acknowledges. */
  acknowledgedRevision?: string;
  /** The revision of the Environment that is applied, with the name of the Environment. */
  appliedFrom?: string;
  /** When the deployment and revision 2 were created. */
  created?: string;
  recorded?: string;
  /** Whether the Environment is terminating. */
  terminating?: boolean;
  codes: string[];
}

const byDeployment: Row[] = [
  { why: 'it has no acknowledgement', codes: [] },
  { why: 'the write that follows is not made yet', own: code, codes: [code] },
  { why: 'the write is made', own: code, consumed: code, codes: [] },
  { why: 'another acknowledgement was consumed', own: code, consumed: 'InUse', codes: [code] },
];

const byEnvironment: Row[] = [
  {
    why: 'an earlier revision is applied',
    acknowledgedRevision: '2',
    appliedFrom: 'team/primary@v1',
    codes: [code],
  },
  { why: 'the revision is applied', acknowledgedRevision: '2', appliedFrom: 'team/primary@v2', codes: [] },
  { why: 'another Environment is applied', acknowledgedRevision: '2', appliedFrom: 'team/other@v1', codes: [] },
  { why: 'it was given for another revision', acknowledgedRevision: '1', appliedFrom: 'team/primary@v1', codes: [] },
  {
    why: 'the Environment is terminating, so that admission does not guard its annotations',
    acknowledgedRevision: '2',
    appliedFrom: 'team/primary@v1',
    terminating: true,
    codes: [],
  },
  { why: 'it names no revision', appliedFrom: 'team/primary@v1', codes: [] },
  {
    why: 'nothing is applied, and the deployment is older than the revision',
    acknowledgedRevision: '2',
    created: '2026-01-01T00:00:10Z',
    recorded: '2026-01-01T00:00:20Z',
    codes: [code],
  },
  {
    why: 'nothing is applied, and the deployment is younger than the revision',
    acknowledgedRevision: '2',
    created: '2026-01-01T00:00:30Z',
    recorded: '2026-01-01T00:00:20Z',
    codes: [],
  },
  {
    why: 'nothing is applied, and the revision is not recorded yet',
    acknowledgedRevision: '2',
    created: '2026-01-01T00:00:30Z',
    codes: [code],
  },
];

async function codesOf(row: Row, hasOwn: boolean) {
  const { own, consumed, acknowledgedRevision, appliedFrom, created, recorded, terminating = false } = row;
  const annotations: Record<string, string> = hasOwn
    ? {}
    : {
        [acknowledge]: code,
        ...(acknowledgedRevision === undefined
          ? {}
          : { 'spectrocloud.com/acknowledged-revision': acknowledgedRevision }),
      };
  const { live, revisions } = editedEnvironment([environmentSpec(), environmentSpec({ version: '1.0.0' })], {
    annotations,
  });
  const recordedObjects = revisions
    .filter(({ metadata }) => recorded !== undefined && metadata.name.includes('2'))
    .map((item): [Resource, KubeObject] => [
      definitionRevisions,
      { ...item, metadata: { ...item.metadata, ...(recorded === undefined ? {} : { creationTimestamp: recorded }) } },
    ]);
  const deletion = terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] } : {};
  const stored = { ...live, metadata: { ...live.metadata, ...deletion } };
  const scene = await controllerScene([[environments, stored], ...recordedObjects]);
  const bare = placedDeployment({
    metadata: {
      ...(own === undefined ? {} : { annotations: { [acknowledge]: own } }),
      ...(created === undefined ? {} : { creationTimestamp: created }),
    },
  });
  const deployment = consumed === undefined ? bare : { ...bare, status: { acknowledged: consumed } };
  const replicaSet = aReplicaSet();
  const applied =
    appliedFrom === undefined
      ? []
      : [
          {
            ...replicaSet,
            metadata: { ...replicaSet.metadata, annotations: { 'spectrocloud.com/environment': appliedFrom } },
          },
        ];
  try {
    const options = { caches: scene.caches, appliedReplicaSets: { of: () => applied } };
    const grants = acknowledgedForWrite(deployment, { environment: reference }, options);
    return grants.flatMap(({ codes }) => [...codes]);
  } finally {
    await scene.stop();
  }
}

describe('the acknowledgement of a deployment', () => {
  for (const row of byDeployment) {
    it(`${row.codes.length > 0 ? 'is valid' : 'is not valid'}: ${row.why}`, async () => {
      assert.deepEqual(await codesOf(row, true), row.codes);
    });
  }
});

describe('the acknowledgement of an Environment', () => {
  for (const row of byEnvironment) {
    it(`${row.codes.length > 0 ? 'is valid' : 'is not valid'}: ${row.why}`, async () => {
      assert.deepEqual(await codesOf(row, false), row.codes);
    });
  }
});
