import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { createAppliedSnapshots } from '../../src/controller/applied-snapshots.ts';
import type { HubObject } from '../../src/domain/render/hub-objects.ts';

const wanted: HubObject & { spec: object } = {
  apiVersion: 'v1',
  kind: 'Placement',
  metadata: { name: 'p', namespace: 'hub', labels: {}, annotations: {} },
  spec: { kept: 1, dropped: 2 },
};
const answer: KubeObject & { spec: object } = {
  ...wanted,
  metadata: { ...wanted.metadata, uid: 'uid', resourceVersion: '1', generation: 1 },
  spec: { kept: 1 },
};
const { metadata } = answer;

const rows: {
  what: string;
  present: KubeObject & { spec: object; status?: object };
  now?: HubObject;
  same: boolean;
  why: string;
}[] = [
  { what: 'the answer itself', present: answer, same: true, why: 'it is what the API server makes of it' },
  {
    what: 'the answer with a status',
    present: { ...answer, metadata: { ...metadata, resourceVersion: '2' }, status: {} },
    same: true,
    why: 'OCM writes there all the time',
  },
  {
    what: 'another spec',
    present: { ...answer, spec: { kept: 9 } },
    same: false,
    why: 'somebody has edited it',
  },
  {
    what: 'other labels',
    present: { ...answer, metadata: { ...metadata, labels: { mine: 'yes' } } },
    same: false,
    why: 'somebody has edited it',
  },
  {
    what: 'a namesake',
    present: { ...answer, metadata: { ...metadata, uid: 'other' } },
    same: false,
    why: 'it has not been applied there',
  },
  {
    what: 'the answer to another render',
    present: answer,
    now: { ...wanted, metadata: { ...wanted.metadata, annotations: { render: 'new' } } },
    same: false,
    why: 'the new one has not been applied',
  },
];

describe('the answers of the hub', () => {
  for (const { what, present, now = wanted, same, why } of rows) {
    it(`${same ? 'are' : 'are not'} ${what}: ${why}`, () => {
      const answers = createAppliedSnapshots(sha256);
      assert.equal(answers.matches(now, present), false, 'before anything is applied');
      answers.remember({ ...wanted, metadata: { ...wanted.metadata, resourceVersion: '0' } }, answer);
      assert.equal(answers.matches(now, present), same);
    });
  }
});
