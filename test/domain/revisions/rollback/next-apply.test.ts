import assert from 'node:assert/strict';
import type { ObjectMeta } from '../../../../src/api/object.ts';
import { nextApplyNotes } from '../../../../src/domain/revisions/rollback/next-apply.ts';

const applied = (manager: string) => [{ manager, operation: 'Apply', fieldsV1: {} }];
const annotated = (key: string) => ({ annotations: { [key]: 'x' } });

const cases: { why: string; metadata: Partial<ObjectMeta>; notes: RegExp[] }[] = [
  { why: 'nobody applies the object', metadata: {}, notes: [] },
  { why: 'managed fields are malformed', metadata: { managedFields: 7 }, notes: [] },
  {
    why: 'only updates and a status',
    metadata: {
      managedFields: [
        { manager: 'editor', operation: 'Update' },
        { manager: 'kustomize-controller', operation: 'Apply', subresource: 'status' },
      ],
    },
    notes: [],
  },
  {
    why: 'Flux by its manager',
    metadata: { managedFields: applied('kustomize-controller') },
    notes: [/^Flux .*completely/],
  },
  {
    why: 'Flux by its label',
    metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } },
    notes: [/^Flux /],
  },
  { why: 'Argo CD', metadata: annotated('argocd.argoproj.io/tracking-id'), notes: [/^Argo CD .*OutOfSync/] },
  {
    why: 'Helm without server-side apply',
    metadata: annotated('meta.helm.sh/release-name'),
    notes: [/^Helm .*--force/],
  },
  {
    why: 'Helm with server-side apply',
    metadata: { ...annotated('meta.helm.sh/release-name'), managedFields: applied('helm') },
    notes: [/^Helm undoes the rollback completely/],
  },
  {
    why: 'kubectl apply',
    metadata: annotated('kubectl.kubernetes.io/last-applied-configuration'),
    notes: [/^The next "kubectl apply"/],
  },
  {
    why: 'kubectl apply --server-side',
    metadata: { managedFields: applied('kubectl') },
    notes: [/^The next "kubectl/],
  },
];

describe('nextApplyNotes', () => {
  for (const { why, metadata, notes } of cases) {
    it(`${notes.length === 0 ? 'says nothing' : 'says what happens next'}: ${why}`, () => {
      const found = nextApplyNotes({ name: 'primary', ...metadata });
      assert.equal(found.length, notes.length);
      for (const [index, note] of notes.entries()) assert.match(found[index] ?? '', note);
    });
  }
});
