import { structuredPatch } from 'diff';
import type { Content } from '../../domain/revisions/revision.ts';
import { printable } from './printable.ts';
import { yamlText } from './yaml-text.ts';

/** One side of a diff. */
export interface DiffSide {
  /** Shown in the heading. */
  title: string;
  content: Content;
}

const plain = '\u001b[0m';
const colours = { heading: '\u001b[1m', hunk: '\u001b[36m', '-': '\u001b[31m', '+': '\u001b[32m' };

/** A unified diff of labels, annotations and spec as YAML; empty if both sides are the same. */
export function contentDiff(from: DiffSide, to: DiffSide, { colour }: { colour: boolean }): string {
  const { hunks } = structuredPatch('', '', yamlOf(from.content), yamlOf(to.content), '', '', { context: 3 });
  if (hunks.length === 0) return '';
  const paint = (text: string, code: string | undefined) =>
    `${colour && code !== undefined ? `${code}${printable(text)}${plain}` : printable(text)}\n`;
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: changed }) => [
    paint(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, colours.hunk),
    ...changed.map((line) => paint(line, colourOf(line))),
  ]);
  return [paint(`--- ${from.title}`, colours.heading), paint(`+++ ${to.title}`, colours.heading), ...lines].join('');
}

function colourOf(line: string): string | undefined {
  if (line.startsWith('-')) return colours['-'];
  return line.startsWith('+') ? colours['+'] : undefined;
}

/** Keys are sorted, so that their order is not a difference. */
function yamlOf({ metadata, spec }: Content): string {
  return yamlText({ metadata, spec }, { sorted: true });
}
