import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { Content } from '../../domain/revisions/revision.ts';
import { printable } from './printable.ts';

/** One side of a diff. */
export interface DiffSide {
  /** What stands in the heading. */
  title: string;
  content: Content;
}

const plain = '\u001b[0m';
const colours = { heading: '\u001b[1m', place: '\u001b[36m', '-': '\u001b[31m', '+': '\u001b[32m' };

/** Labels, annotations and spec of both sides as a unified diff of YAML; empty where they are the same. */
export function contentDiff(from: DiffSide, to: DiffSide, { colour }: { colour: boolean }): string {
  const { hunks } = structuredPatch('', '', yamlOf(from.content), yamlOf(to.content), '', '', { context: 3 });
  if (hunks.length === 0) return '';
  const paint = (text: string, with_: string | undefined) =>
    `${colour && with_ !== undefined ? `${with_}${printable(text)}${plain}` : printable(text)}\n`;
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: changed }) => [
    paint(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, colours.place),
    ...changed.map((line) => paint(line, colourOf(line))),
  ]);
  return [paint(`--- ${from.title}`, colours.heading), paint(`+++ ${to.title}`, colours.heading), ...lines].join('');
}

function colourOf(line: string): string | undefined {
  if (line.startsWith('-')) return colours['-'];
  return line.startsWith('+') ? colours['+'] : undefined;
}

/** Sorted, so that the order in which keys were written makes no difference. */
function yamlOf({ metadata, spec }: Content): string {
  return stringify({ metadata, spec }, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}
