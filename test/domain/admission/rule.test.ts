import assert from 'node:assert/strict';
import { kinds } from '../../../src/api/kinds.ts';
import { hubKinds, revisionedKinds } from '../../../src/domain/admission/rule.ts';

describe('the kinds that rules are about', () => {
  it('are those that users write on the hub', () => {
    const onHub = kinds.filter(({ on, resource }) => on === 'hub' && resource.kind !== 'DefinitionRevision');
    assert.deepEqual(onHub.map(({ resource }) => resource.kind).toSorted(), [...hubKinds].toSorted());
  });

  it('have a history where the table of kinds says so', () => {
    const revisioned = kinds.filter((kind) => kind.revisioned).map(({ resource }) => resource.kind);
    assert.deepEqual(revisioned.toSorted(), [...revisionedKinds].toSorted());
  });
});
