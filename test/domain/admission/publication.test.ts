import assert from 'node:assert/strict';
import type { Environment } from '../../../src/api/environment.ts';
import { publicationOf } from '../../../src/domain/admission/publication.ts';
import { requestObject, stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

const of = (version: string | undefined, clusters = 1): Environment => {
  const object = environment('team', { placement: { numberOfClusters: clusters } });
  return version === undefined ? object : { ...object, spec: { ...object.spec, version } };
};

const cases: {
  to: string | undefined;
  from?: string;
  revision?: number;
  versions?: Record<string, string>;
  asks: string;
  why: string;
}[] = [
  { to: undefined, asks: 'nothing', why: 'an object without a version publishes nothing' },
  { to: '2.0.0', revision: 5, asks: 'pins of 2', why: 'revision 2 may be pinned' },
  { to: '5.0.0', revision: 5, asks: 'pins of 5', why: 'the newest may be pinned too' },
  { to: '6.0.0', revision: 5, asks: 'nothing', why: 'a pin of a revision that does not exist yet has no meaning' },
  { to: '0.1.0', revision: 5, asks: 'nothing', why: 'revision 0 cannot be pinned' },
  { to: '2.0.0-rc.1', revision: 5, asks: 'nothing', why: 'a prerelease does not turn the number into a range' },
  { to: '2.1.0', revision: 5, versions: { '2.0': '2.0.4' }, asks: 'nothing', why: 'the major is published' },
  { to: '2.1.0', from: '2.0.0', revision: 5, asks: 'nothing', why: 'the live object published the major' },
  {
    to: '2.0.0',
    revision: 5,
    versions: { '2.0-prerelease': '2.0.0-rc.1' },
    asks: 'pins of 2',
    why: 'a prerelease did not publish the major',
  },
  { to: '2.0.3', revision: 5, versions: { '2.0': '2.0.4' }, asks: 'spec of 2.0.3', why: 'it may be a revert' },
  { to: '2.0.4', revision: 5, versions: { '2.0': '2.0.4' }, asks: 'spec of 2.0.4', why: 'published' },
  { to: '2.0.0', from: '2.0.0', asks: 'spec of 2.0.0', why: 'another spec under the same version' },
  { to: '2.0.0', revision: 5, versions: { '2.0': 'none' }, asks: 'pins of 2', why: 'a malformed version is ignored' },
];

describe('the publication of a version', () => {
  for (const { to, from, revision = 3, versions = {}, asks, why } of cases) {
    it(`of ${to ?? 'none'} at v${revision} depends on ${asks}: ${why}`, () => {
      const before = stampedAs(of(from), revision);
      const old = requestObject({ ...before, status: { ...before.status, versions } } as Environment);
      const found = publicationOf('Environment', requestObject(of(to, 2)), old);
      const text =
        found === undefined
          ? 'nothing'
          : found.needs === 'spec'
            ? `spec of ${found.version}`
            : `pins of ${found.major}`;
      assert.equal(text, asks);
    });
  }

  it('depends on nothing if the object is new, or keeps its spec', () => {
    const object = requestObject(of('1.0.0'));
    assert.equal(publicationOf('Environment', object, undefined), undefined);
    assert.equal(publicationOf('Environment', object, object), undefined);
    assert.equal(publicationOf('Environment', undefined, object), undefined);
  });
});
