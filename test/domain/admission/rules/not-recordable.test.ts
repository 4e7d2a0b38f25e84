import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { notRecordable } from '../../../../src/domain/admission/rules/not-recordable.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { environment, deployment } from '../../../support/manifests.ts';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`note-${index}`, 'x']));
const base = environment('team');
const annotated = (count: number) => environment('team', { annotations: many(count) });
const annotations = [{ path: 'metadata.annotations' }];

const cases: { what: string; oldObject?: KubeObject; object: KubeObject; finds: { path: string }[]; why: string }[] = [
  { what: 'a new object with 1,024 annotations', object: annotated(1024), finds: [], why: 'a revision can have them' },
  {
    what: 'a new object with 1,100 annotations',
    object: annotated(1100),
    finds: annotations,
    why: 'a revision cannot',
  },
  {
    what: 'an edit that adds 1,100 labels',
    oldObject: stampedAs(base, 1),
    object: environment('team', { labels: many(1100) }),
    finds: [{ path: 'metadata.labels' }],
    why: 'the schema of the Environment does not limit them',
  },
  {
    what: 'an edit that leaves too many',
    oldObject: stampedAs(annotated(1100), 1),
    object: annotated(1099),
    finds: annotations,
    why: 'it cannot be recorded either',
  },
  {
    what: 'an update that keeps the content of an object that was stored like this',
    oldObject: annotated(1100),
    object: { ...annotated(1100), metadata: { ...annotated(1100).metadata, finalizers: ['a/b'] } },
    finds: [],
    why: 'the controller must be able to write',
  },
  {
    what: 'an edit that removes what is too much',
    oldObject: stampedAs(annotated(1100), 1),
    object: annotated(1000),
    finds: [],
    why: 'it can be recorded',
  },
  { what: 'a deployment', object: deployment('team'), finds: [], why: 'it has no revisions' },
];

describe('NotRecordable', () => {
  for (const { what, object, oldObject, finds, why } of cases) {
    it(`${finds.length === 0 ? 'allows' : 'denies'} ${what}: ${why}`, () => {
      const facts = factsOf({ object, ...(oldObject === undefined ? {} : { oldObject }) });
      assert.deepEqual(findingsOf(notRecordable, facts), finds);
    });
  }
});
