import assert from 'node:assert/strict';
import type { ObjectMeta } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import {
  contentHash,
  contentOf,
  fittingStamp,
  isRecorded,
  isTerminating,
  nextStamp,
  readStamp,
  revisionName,
  unknownHashFormat,
  type Stamped,
} from '../../../src/domain/revisions/revision.ts';
import { stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

const base: Stamped = JSON.parse(JSON.stringify(environment('team', { labels: { tier: 'gold' } })));

function changed(metadata: Partial<ObjectMeta>, rest: Partial<Stamped> = {}): Stamped {
  return { ...base, ...rest, metadata: { ...base.metadata, ...metadata } };
}

describe('the content of an object', () => {
  const edits: { what: string; object: Stamped }[] = [
    { what: 'a field of the spec', object: changed({}, { spec: { ...base.spec, version: '1.0.0' } }) },
    { what: 'a label', object: changed({ labels: { tier: 'silver' } }) },
    { what: 'a removed label', object: changed({ labels: {} }) },
    { what: 'an annotation', object: changed({ annotations: { owner: 'jane' } }) },
    { what: 'an annotation called constructor', object: changed({ annotations: { constructor: 'x' } }) },
    { what: 'a label called __proto__', object: changed({ labels: JSON.parse('{"tier":"gold","__proto__":"x"}') }) },
  ];
  for (const { what, object } of edits) {
    it(`changes with ${what}`, () => assert.notEqual(contentHash(object, sha256), contentHash(base, sha256)));
  }

  const same: { what: string; object: Stamped }[] = [
    { what: 'the status', object: changed({}, { status: { revision: 7 } }) },
    { what: 'finalizers', object: changed({ finalizers: ['a/b'] }) },
    { what: 'the generation and resourceVersion', object: changed({ generation: 4, resourceVersion: '99' }) },
    { what: 'managedFields', object: changed({ managedFields: [] }) },
    { what: 'the stamps of mooring', object: stampedAs(base, 4) },
    { what: 'an empty map of annotations', object: changed({ annotations: {} }) },
    ...[
      'kubectl.kubernetes.io/last-applied-configuration',
      'argocd.argoproj.io/tracking-id',
      'reconcile.fluxcd.io/requestedAt',
      'meta.helm.sh/release-name',
      'spectrocloud.com/acknowledge',
    ].map((name) => ({ what: `annotation ${name}`, object: changed({ annotations: { [name]: 'x' } }) })),
  ];
  for (const { what, object } of same) {
    it(`does not change with ${what}`, () => assert.equal(contentHash(object, sha256), contentHash(base, sha256)));
  }

  it('does not depend on the order of keys', () => {
    const { topology } = base.spec ?? {};
    const one = changed({ labels: { a: '1', b: '2' } }, { spec: { version: '1.0.0', topology: topology ?? null } });
    const other = changed({ labels: { b: '2', a: '1' } }, { spec: { topology: topology ?? null, version: '1.0.0' } });
    assert.equal(contentHash(one, sha256), contentHash(other, sha256));
  });

  it('does not change with a label that a tool writes', () => {
    const object = changed({ labels: { tier: 'gold', 'helm.sh/chart': 'web-1.2.3' } });
    assert.equal(contentHash(object, sha256), contentHash(base, sha256));
  });

  it('leaves out empty maps and bookkeeping annotations', () => {
    assert.deepEqual(contentOf(stampedAs({ metadata: { name: 'a' }, spec: {} }, 1)), { metadata: {}, spec: {} });
  });
});

describe('the stamp', () => {
  const hash = 'f'.repeat(64);
  const stamp = (revision: string) => ({
    name: 'a',
    annotations: { 'spectrocloud.com/revision': revision, 'spectrocloud.com/revision-hash': hash },
  });

  it('is read from two annotations', () => assert.deepEqual(readStamp(stamp('12')), { revision: 12, hash }));

  for (const number of ['0', '-1', '01', '1.5', '1e3', '', ' 1', '1\n', '１', 'v1', '9'.repeat(17)]) {
    it(`is absent where the number is ${JSON.stringify(number)}`, () =>
      assert.equal(readStamp(stamp(number)), undefined));
  }

  it('is absent without its hash', () => {
    assert.equal(readStamp({ name: 'a', annotations: { 'spectrocloud.com/revision': '1' } }), undefined);
  });

  const next: { what: string; object: Stamped; old?: Stamped; revision: number; why: string }[] = [
    { what: 'a new object', object: base, revision: 1, why: 'it is the first' },
    {
      what: 'a new object that claims 9',
      object: stampedAs(base, 9),
      revision: 9,
      why: 'it is restored from a backup',
    },
    {
      what: 'a new object that claims 9 for other content',
      object: { ...stampedAs(base, 9), spec: {} },
      revision: 10,
      why: 'another content had the number 9',
    },
    {
      what: 'a new object with a malformed stamp',
      object: changed({ annotations: { 'spectrocloud.com/revision': '9' } }),
      revision: 1,
      why: 'a number without a hash says nothing',
    },
    { what: 'no edit', object: base, old: stampedAs(base, 4), revision: 4, why: 'the same content' },
    { what: 'an edit', object: changed({ labels: {} }), old: stampedAs(base, 4), revision: 5, why: 'it is the next' },
    {
      what: 'an edit with a status that the client sent',
      object: changed({ labels: {} }, { status: { revision: 70 } }),
      old: stampedAs(base, 4),
      revision: 5,
      why: 'the status of the request is never read',
    },
    {
      what: 'an update without an edit, after an edit while the webhook was not running',
      object: changed({ labels: {}, annotations: stampedAs(base, 4).metadata.annotations ?? {} }),
      old: changed({ labels: {}, annotations: stampedAs(base, 4).metadata.annotations ?? {} }),
      revision: 5,
      why: 'the content differs from the stamped hash, not from the old object',
    },
    {
      what: 'an old object whose stamp was removed',
      object: base,
      old: changed({}, { status: { revision: 6 } }),
      revision: 7,
      why: 'it continues from the recorded revision',
    },
    { what: 'an old object that never had a stamp', object: base, old: base, revision: 1, why: 'it is the first' },
  ];
  for (const { what, object, old, revision, why } of next) {
    it(`is ${revision} for ${what}: ${why}`, () => {
      assert.deepEqual(nextStamp(object, old, sha256), { revision, hash: contentHash(object, sha256) });
    });
  }

  it('continues from the recorded revision when an old stamp was restored while the webhook was not running', () => {
    const restored = stampedAs(base, 3, 4);
    assert.equal(nextStamp(base, restored, sha256).revision, 5);
    assert.equal(fittingStamp(restored, sha256), undefined);
    assert.equal(isRecorded(restored, sha256), false);
    assert.equal(
      fittingStamp(stampedAs(base, 4, 3), sha256)?.revision,
      4,
      'a revision that is not recorded yet is valid',
    );
  });

  it('is recorded when the status has its number and the content has its hash', () => {
    assert.equal(isRecorded(stampedAs(base, 4), sha256), true);
    assert.equal(isRecorded(stampedAs(base, 4, 3), sha256), false, 'the controller has not recorded it yet');
    assert.equal(isRecorded({ ...stampedAs(base, 4), spec: {} }, sha256), false, 'edited without the webhook');
    assert.equal(isRecorded(base, sha256), false, 'without a stamp');
  });
});

describe('the format of a hash', () => {
  const withHash = (hash: string, object: Stamped = base) => {
    const annotations = { 'spectrocloud.com/revision': '4', 'spectrocloud.com/revision-hash': hash };
    return { ...object, metadata: { ...object.metadata, annotations }, status: { revision: 4 } };
  };
  const newer = withHash('h2:abc');

  // The stored hashes of every installation depend on these bytes. They change only together with the name of the format.
  it('h1 is fixed', () => {
    const object: Stamped = {
      metadata: {
        name: 'a',
        labels: { tier: 'gold', 'helm.sh/chart': 'x' },
        annotations: { note: 'ü', 'velero.io/restore-name': 'x' },
      },
      spec: { b: [1, 2.5, true, null], a: { z: '', y: {} } },
    };
    const text =
      '{"metadata":{"annotations":{"note":"ü"},"labels":{"tier":"gold"}},"spec":{"a":{"y":{},"z":""},"b":[1,2.5,true,null]}}';
    assert.equal(
      contentHash(object, (hashed) => hashed),
      `h1:${text}`,
    );
    assert.equal(contentHash(object, sha256), 'h1:d030179c6f8cbe99c0eb273f30863d097af83d7e7e0efe4b202798425fe2a41f');
  });

  const formats: [hash: string, format: string | undefined, why: string][] = [
    ['h1:abc', undefined, 'this version writes it'],
    ['h2:abc', 'h2', 'a newer version wrote it'],
    ['h12:abc', 'h12', 'a newer version wrote it'],
    ['abc', undefined, 'it is no hash of mooring, and admission stamps the object again'],
    ['h0:abc', undefined, 'no version writes it'],
    ['', undefined, 'it is empty'],
  ];
  for (const [hash, format, why] of formats) {
    it(`is ${format ?? 'not unknown'} for ${JSON.stringify(hash)}: ${why}`, () => {
      assert.equal(unknownHashFormat(withHash(hash).metadata), format);
    });
  }

  it('that is unknown stays as long as the content stays', () => {
    assert.deepEqual(nextStamp(base, newer, sha256), { revision: 4, hash: 'h2:abc' });
    assert.equal(nextStamp(changed({ labels: {} }), newer, sha256).revision, 5);
    assert.equal(isRecorded(newer, sha256), false);
  });
});

describe('the name of a DefinitionRevision', () => {
  it('is kind, name and revision in lower case', () => {
    assert.equal(revisionName('WorkloadProfile', 'web.ui', 12), 'workloadprofile.web.ui.v12');
  });
});

describe('a terminating object', () => {
  const rows: [deletionTimestamp: unknown, is: boolean][] = [
    ['2026-01-01T00:00:00Z', true],
    [undefined, false],
    [null, false],
  ];
  for (const [deletionTimestamp, is] of rows) {
    it(`is ${is ? '' : 'not '}one with deletionTimestamp ${String(deletionTimestamp)}`, () => {
      assert.equal(isTerminating({ metadata: { name: 'a', deletionTimestamp } as ObjectMeta }), is);
    });
  }
});
