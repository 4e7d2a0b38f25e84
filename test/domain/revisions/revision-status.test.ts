import assert from 'node:assert/strict';
import { publishedVersions } from '../../../src/domain/revisions/revision-status.ts';

const of = (...versions: string[]) => versions.map((version, index) => ({ revision: index + 1, version }));

describe('the published versions', () => {
  it('are the highest of each minor line, by line', () => {
    const versions = publishedVersions(of('1.10.0', '1.9.3', '1.9.10', '0.1.0', '2.0.0'));
    assert.deepEqual(Object.entries(versions), [
      ['0.1', '0.1.0'],
      ['1.9', '1.9.10'],
      ['1.10', '1.10.0'],
      ['2.0', '2.0.0'],
    ]);
  });

  it('have no prerelease as the highest of a line', () => {
    assert.equal(publishedVersions(of('1.0.0', '1.0.1-rc.1'))['1.0'], '1.0.0');
    assert.equal(publishedVersions(of('1.0.1-rc.1'))['1.0'], undefined);
  });

  it('retain the versions of pruned revisions', () => {
    assert.deepEqual(publishedVersions(of('1.0.0'), { '1.0': '1.0.4', '0.9': '0.9.9' }), {
      '0.9': '0.9.9',
      '1.0': '1.0.4',
    });
  });

  it('are at most 1,024 lines, so that the status stays valid', () => {
    const lines = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, minor) => [`0.${minor}`, `0.${minor}.0`]));
    assert.equal(publishedVersions(of('1.0.0'), lines(1023))['1.0'], '1.0.0');
    const full = publishedVersions(of('1.0.0', '0.7.3', '0.7.4-rc.1'), lines(1024));
    assert.equal(Object.keys(full).length, 1024);
    assert.equal(full['1.0'], undefined, 'a new line does not fit');
    assert.equal(full['0.7'], '0.7.3', 'a line that exists continues');
    assert.equal(full['0.7-prerelease'], undefined, 'prereleases of a line count as another one');
  });

  it('leave out strings that are not versions', () => {
    assert.deepEqual(
      publishedVersions([...of('v1.0.0', '1.0', '1.0.0+b', ' 1.0.0', '__proto__'), { revision: 9 }]),
      {},
    );
  });
});
