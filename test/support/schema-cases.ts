import assert from 'node:assert/strict';
import { kindNamed } from '../../src/api/kinds.ts';
import type { JsonValue } from '../../src/api/object.ts';
import { schemaErrors } from '../../src/api/validate.ts';

/** A spec, where its schema finds something wrong, and why. */
export interface SchemaCase {
  what: string;
  spec: JsonValue;
  /** Paths at which something is wrong; none where it fits. */
  paths?: string[];
  why: string;
}

/** Tests of the schema of a kind, one for each case. */
export function schemaCases(kindName: string, cases: readonly SchemaCase[]): void {
  describe(`the schema of ${kindName}`, () => {
    for (const { what, spec, paths = [], why } of cases) {
      it(`${paths.length === 0 ? 'takes' : 'refuses'} ${what}: ${why}`, () => {
        const kind = kindNamed(kindName);
        assert.ok(kind);
        const found = schemaErrors(kind, { spec }).map(({ path }) => path);
        assert.deepEqual([...new Set(found)].toSorted(), paths.toSorted());
      });
    }
  });
}
