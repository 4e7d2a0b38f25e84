import { printable } from './printable.ts';

/** A table as kubectl prints it: three spaces between columns, `<none>` for an absent value, no spaces at the end of lines. */
export function table(headings: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(cell))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, column) => text.padEnd((widths[column] ?? 0) + 3))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : printable(text);
}
