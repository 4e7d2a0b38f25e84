import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { stampDoesNotFit } from '../../../../src/domain/admission/rules/stamp-does-not-fit.ts';
import { factsOf, findingsOf, stampedAs } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const base = environment('team');
const edited = environment('team', { labels: { tier: 'gold' } });
const revision = 'metadata.annotations[spectrocloud.com/revision]';
const hash = 'metadata.annotations[spectrocloud.com/revision-hash]';

const cases: { what: string; object: KubeObject; oldObject?: KubeObject; path?: string; why: string }[] = [
  { what: 'a new object with 1', object: stampedAs(base, 1), why: 'the stamp is correct' },
  { what: 'a new object with 2', object: stampedAs(base, 2), why: 'it is restored from a backup' },
  { what: 'a new object without a stamp', object: base, path: revision, why: 'the mutating webhook was bypassed' },
  {
    what: 'an edit with the next number',
    object: stampedAs(edited, 5),
    oldObject: stampedAs(base, 4),
    why: 'the stamp is correct',
  },
  {
    what: 'an edit with the old number',
    object: stampedAs(edited, 4),
    oldObject: stampedAs(base, 4),
    path: revision,
    why: 'the content differs',
  },
  {
    what: 'an edit that skips one',
    object: stampedAs(edited, 6),
    oldObject: stampedAs(base, 4),
    path: revision,
    why: 'numbers have no gaps',
  },
  {
    what: 'unchanged content with the old number',
    object: stampedAs(base, 4),
    oldObject: stampedAs(base, 4),
    why: 'the content is the same',
  },
  {
    what: 'a label that another webhook adds later',
    object: { ...stampedAs(base, 1), metadata: { ...stampedAs(base, 1).metadata, labels: { injected: 'yes' } } },
    path: hash,
    why: 'the hash is that of the previous content',
  },
];

describe('StampDoesNotFit', () => {
  for (const { what, object, oldObject, path, why } of cases) {
    it(`finds ${path === undefined ? 'nothing' : 'it'} in ${what}: ${why}`, () => {
      const facts = factsOf({ object, ...(oldObject === undefined ? {} : { oldObject }) });
      assert.deepEqual(findingsOf(stampDoesNotFit, facts), path === undefined ? [] : [{ path }]);
    });
  }

  const hubNamespaces = 'metadata.annotations[spectrocloud.com/allowed-hub-namespaces]';
  const stamps: { stamp?: string; allowed: string[]; path?: string; why: string }[] = [
    { stamp: 'prod', allowed: ['prod'], why: 'the webhook has set it' },
    { allowed: [], why: 'there is nothing to stamp' },
    { stamp: 'prod', allowed: [], path: hubNamespaces, why: 'the requester may not use the namespace' },
    { allowed: ['prod'], path: hubNamespaces, why: 'another webhook has removed it' },
  ];
  for (const { stamp, allowed, path, why } of stamps) {
    it(`finds ${path ?? 'nothing'} for the hub namespaces ${stamp ?? 'none'} if [${allowed.join()}] are allowed: ${why}`, () => {
      const annotations = stamp === undefined ? {} : { 'spectrocloud.com/allowed-hub-namespaces': stamp };
      const object = stampedAs(environment('team', { annotations }), 1);
      const found = stampDoesNotFit.find(factsOf({ object }, { allowedHubNamespaces: allowed }));
      assert.deepEqual(
        found.map((finding) => finding.path),
        path === undefined ? [] : [path],
      );
    });
  }
});
