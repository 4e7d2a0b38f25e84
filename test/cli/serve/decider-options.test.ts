import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { admissionScene, type LiveRead } from '../../support/admission-scene.ts';
import { hubObjects, requestsOfRows } from '../../support/reads-of-requests.ts';

interface Row {
  title: string;
  mutate: string;
  validate: string;
}

/** The table in docs/architecture.md that begins with this heading. */
async function documentedReads(): Promise<Row[]> {
  const text = await readFile(join(import.meta.dirname, '../../../docs/architecture.md'), 'utf8');
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^\| request +\| `\/mutate` +\| `\/validate` +\|$/.test(line));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => {
    const [title = '', mutate = '', validate = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { title, mutate, validate };
  });
}

/** Reads as a cell of the table. */
function cellOf(reads: readonly LiveRead[]): string {
  const counts = [...Map.groupBy(reads, ({ what }) => what)].map(([what, of]) =>
    of.length === 1 ? what : `${what} (${of.length})`,
  );
  return counts.length === 0 ? 'none' : counts.toSorted().join(', ');
}

const rows = await documentedReads();

describe('the reads of the webhook at the API server', () => {
  it('are documented for the same requests as are tested here', () => {
    assert.deepEqual(
      rows.map(({ title }) => title),
      Object.keys(requestsOfRows),
    );
  });

  for (const [title, { request, more = [] }] of Object.entries(requestsOfRows)) {
    it(`are those of the row ${title}`, async () => {
      const scene = await admissionScene([...hubObjects, ...more]);
      try {
        for (const dryRun of [false, true]) {
          const { reads } = await scene.decide({ ...request, dryRun });
          for (const phase of [reads.mutate, reads.validate]) {
            const keys = phase.map(({ what, key }) => `${what} ${key}`);
            assert.deepEqual(keys, [...new Set(keys)], 'nothing is read twice');
          }
          // The content of an old revision never changes, so it is read once in the lifetime of the webhook.
          if (dryRun) continue;
          const found = { title, mutate: cellOf(reads.mutate), validate: cellOf(reads.validate) };
          assert.deepEqual(found, rows.find((row) => row.title === title) ?? { title });
        }
        const decided = async () => {
          const { mutated, validated } = await scene.decide(request);
          return { mutated, validated };
        };
        const alone = await decided();
        // Reads are shared only between decisions at the same time.
        for (const together of await Promise.all([decided(), decided(), decided()])) assert.deepEqual(together, alone);
      } finally {
        await scene.stop();
      }
    });
  }
});
