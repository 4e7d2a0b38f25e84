import assert from 'node:assert/strict';
import { kindNamed } from '../../src/api/kinds.ts';
import type { JsonValue } from '../../src/api/object.ts';
import { schemaErrors } from '../../src/api/validate.ts';

/** A spec, and the paths of its problems. */
export interface SchemaCase {
  what: string;
  spec: JsonValue;
  /** The paths of the problems. Without paths the spec is valid. */
  paths?: string[];
  why: string;
}

/** Defines one test of the schema of a kind for each case. */
export function schemaCases(kindName: string, cases: readonly SchemaCase[]): void {
  describe(`the schema of ${kindName}`, () => {
    for (const { what, spec, paths = [], why } of cases) {
      it(`${paths.length === 0 ? 'accepts' : 'rejects'} ${what}: ${why}`, () => {
        const kind = kindNamed(kindName);
        assert.ok(kind);
        const found = schemaErrors(kind, { spec }).map(({ path }) => path);
        assert.deepEqual([...new Set(found)].toSorted(), paths.toSorted());
      });
    }
  });
}
