import assert from 'node:assert/strict';
import { revisionedKindNames } from '../../src/api/definition-revision.ts';
import { kindNamed, kinds } from '../../src/api/kinds.ts';

describe('the table of kinds', () => {
  it('contains every kind, plural and short name once', () => {
    const names = kinds.flatMap(({ resource, shortNames }) => [resource.kind, resource.plural, ...shortNames]);
    assert.equal(new Set(names).size, names.length);
  });

  it('has the same revisioned kinds as DefinitionRevision', () => {
    const revisioned = kinds.filter((kind) => kind.revisioned).map(({ resource }) => resource.kind);
    assert.deepEqual(revisioned.toSorted(), [...revisionedKindNames].toSorted());
  });

  it('limits the names that become label values', () => {
    for (const kind of kinds.filter(({ revisioned }) => revisioned)) {
      assert.match(JSON.stringify(kind.rules), /size\(self\.metadata\.name\) <= 63/, kind.resource.kind);
    }
  });

  it('is searched by the name of a kind', () => {
    assert.equal(kindNamed('Environment')?.resource.plural, 'environments');
    for (const name of ['environment', 'ConfigMap', '', 'constructor', '__proto__'])
      assert.equal(kindNamed(name), undefined);
  });

  it('installs Workloads on the spokes and the other kinds on the hub', () => {
    assert.deepEqual(
      kinds.filter(({ installedOn }) => installedOn === 'spoke').map(({ resource }) => resource.kind),
      ['Workload'],
    );
  });
});
