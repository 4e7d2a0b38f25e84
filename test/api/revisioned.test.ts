import assert from 'node:assert/strict';
import { kinds } from '../../src/api/kinds.ts';
import { revisionStatusFields } from '../../src/api/revisioned.ts';

describe('the revisioned kinds', () => {
  const revisioned = kinds.filter((kind) => kind.revisioned);

  it('have the status fields about recorded revisions', () => {
    assert.ok(revisioned.length > 0);
    for (const { resource, status } of revisioned) {
      const properties = 'properties' in status ? Object.keys(Object(status.properties)) : [];
      for (const field of Object.keys(revisionStatusFields))
        assert.ok(properties.includes(field), `${resource.kind}.${field}`);
    }
  });

  it('have a version in their spec', () => {
    for (const { resource, spec } of revisioned) {
      assert.ok('properties' in spec && 'version' in Object(spec.properties), resource.kind);
    }
  });
});
