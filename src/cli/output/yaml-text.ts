import { Document, visit } from 'yaml';
import { plainScalar } from '../files/yaml-scalar.ts';

export interface YamlTextOptions {
  /** Whether keys are sorted, instead of in the order of the value. */
  sorted?: boolean;
}

/**
 * A JSON value as YAML that kubectl and YAML 1.1 read as the same value, keys included: strings such as `no`, `1_000` and
 * `2001-01-01` are in quotes.
 */
export function yamlText(value: unknown, { sorted = false }: YamlTextOptions = {}): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false, sortMapEntries: sorted });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && !readsAsItself(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  // The strings with these characters are in double quotes.
  return document
    .toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Infinity })
    .replaceAll(unprintable, escapeSequence);
}

/** What go-yaml refuses or reads as a line break, other than in an escape sequence. */
const unprintable = /[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Where go-yaml finds the indentation of a block, or spaces at the end of a line, other than they were meant. */
const blankLine = /^\s|\n\s+$|[ \t]\n/;

function escapeSequence(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Whether go-yaml reads a string without quotes as this string. It reads `<<` and `=` as keys with a meaning. */
function readsAsItself(text: string): boolean {
  return (
    plainScalar(text) === text && text !== '<<' && text !== '=' && text.search(unprintable) < 0 && !blankLine.test(text)
  );
}
