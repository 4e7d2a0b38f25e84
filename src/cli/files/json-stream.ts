/** A part of a text that is one JSON object, and the line on which it begins, from 1. */
export interface JsonPart {
  text: string;
  line: number;
}

/**
 * The JSON objects that stand one after the other in a text, as `jq -c` prints them and kubectl reads them. Undefined if the text
 * is anything else, such as one object or YAML.
 */
export function jsonStream(text: string): JsonPart[] | undefined {
  const parts: JsonPart[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const next = text[at] ?? '';
    if (/\s/.test(next)) {
      line += next === '\n' ? 1 : 0;
      at += 1;
      continue;
    }
    const end = next === '{' ? endOfObject(text, at) : undefined;
    if (end === undefined) return undefined;
    const part = text.slice(at, end);
    parts.push({ text: part, line });
    line += part.split('\n').length - 1;
    at = end;
  }
  return parts.length < 2 ? undefined : parts;
}

/** The index after the brace that closes the one at `start`. Undefined if none does. */
function endOfObject(text: string, start: number): number | undefined {
  // Strings are skipped, because they may contain braces.
  const tokens = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    if (token[0] === '{') depth += 1;
    else if (token[0] === '}') depth -= 1;
    if (depth === 0) return tokens.lastIndex;
  }
  return undefined;
}
