import assert from 'node:assert/strict';
import { revisionedKindNames } from '../../../src/api/definition-revision.ts';
import { fieldOfKind, referenceFields } from '../../../src/domain/refs/reference-fields.ts';
import { deployment } from '../../support/manifests.ts';

describe('the refs of a WorkloadDeployment', () => {
  it('are all fields of its spec that name another object', () => {
    const refs = Object.keys(deployment('team').spec).filter((field) => field.endsWith('Ref'));
    assert.deepEqual(referenceFields.map(({ field }) => field).toSorted(), refs.toSorted());
  });

  it('name kinds with revisions', () => {
    for (const { kind } of referenceFields) assert.ok(revisionedKindNames.includes(kind), kind);
  });

  it('have annotations of their own', () => {
    const annotations = referenceFields.flatMap(({ stamp, requested }) => [stamp, requested]);
    assert.equal(new Set(annotations).size, 4);
    for (const { stamp, requested } of referenceFields) assert.ok(![stamp].some((each: string) => each === requested));
  });

  it('are found by the kind that they name', () => {
    for (const { kind, field } of referenceFields) assert.equal(fieldOfKind(kind), field);
  });
});
