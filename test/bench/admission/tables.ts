import type { Cell, Column, Row } from './direct-load.ts';
import type { Growth } from './many-deployments.ts';
import type { Comparison } from './through-api-server.ts';

const columns: readonly Column[] = [
  'node mutate',
  'express mutate',
  'peer mutate',
  'peer validate',
  'mooring mutate',
  'mooring validate',
];

const ratios: readonly [Column, Column][] = [
  ['mooring mutate', 'peer mutate'],
  ['mooring validate', 'peer validate'],
  ['mooring validate', 'peer mutate'],
  ['mooring mutate', 'node mutate'],
  ['mooring validate', 'node mutate'],
];

/** The tables of what was measured, and the ratios of mooring to the others. */
export function formatTables(rows: readonly Row[]): string {
  const table = (title: string, field: keyof Cell, digits: number) =>
    formatTable(
      title,
      columns,
      rows.map((row) => [row.title, columns.map((column) => row.cells[column]?.[field].toFixed(digits) ?? '')]),
    );
  const ratioTable = (title: string, field: keyof Cell) =>
    formatTable(
      title,
      ratios.map(([own, other]) => `${own.replace('mooring ', '')}/${other}`),
      rows.map((row) => [
        row.title,
        ratios.map(([own, other]) => ratioOf(row.cells[own]?.[field], row.cells[other]?.[field])),
      ]),
    );
  return [
    table('requests per second', 'perSecond', 0),
    ratioTable('ratios of these', 'perSecond'),
    table('p99 in ms', 'p99', 1),
    table('requests per CPU second', 'perCpuSecond', 0),
    ratioTable('ratios of these', 'perCpuSecond'),
  ].join('\n\n');
}

function formatTable(title: string, heads: readonly string[], rows: readonly [string, string[]][]): string {
  const first = Math.max(title.length, ...rows.map(([name]) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(first)}${cells.map((cell, index) => cell.padStart((heads[index] ?? '').length + 3)).join('')}`;
  return [line(title, heads), ...rows.map(([name, cells]) => line(name, cells))].join('\n');
}

function ratioOf(own: number | undefined, other: number | undefined): string {
  return own === undefined || other === undefined ? '' : (own / other).toFixed(2);
}

/** What the webhook does with many deployments relative to few. */
export function formatGrowth(growths: readonly Growth[]): string {
  const rows = growths.map(({ row, action, few, many }): [string, string[]] => [
    `${row} ${action}`,
    [
      few.perSecond.toFixed(0),
      many.perSecond.toFixed(0),
      (many.perSecond / few.perSecond).toFixed(2),
      (many.perCpuSecond / few.perCpuSecond).toFixed(2),
    ],
  ]);
  return formatTable('many deployments', ['few/s', 'many/s', 'ratio', 'ratio per CPU second'], rows);
}

/** Writes through the API server with and without the webhooks. */
export function formatComparisons(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ operation, inFlight, offered, ...times }): [string, string[]] => [
    `${operation}, ${inFlight === undefined ? `${offered}/s offered` : `${inFlight} in flight`}`,
    [
      times.with.p50.toFixed(1),
      times.without.p50.toFixed(1),
      (times.with.p50 / times.without.p50).toFixed(2),
      times.with.p99.toFixed(1),
      times.without.p99.toFixed(1),
      (times.with.p99 - times.without.p99).toFixed(1),
      times.with.perSecond.toFixed(0),
      times.without.perSecond.toFixed(0),
    ],
  ]);
  const heads = ['p50 with', 'p50 without', 'ratio', 'p99 with', 'p99 without', 'added', 'with/s', 'without/s'];
  return formatTable('through the API server, ms', heads, rows);
}
