import { parseJson } from '../../api/json-text.ts';
/** The values of a stream with one JSON value per line. Throws SyntaxError if a line is not JSON, TypeError if it is not UTF-8. */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void, void> {
  // The decoder keeps the bytes of a character that is split between two chunks.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // The parts of an unfinished line are joined only once: joining them for each chunk would take quadratic time.
  let unfinished: string[] = [];
  for await (const chunk of chunks) {
    const [head = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    unfinished.push(head);
    for (const next of rest) {
      const line = unfinished.join('');
      unfinished = [next];
      if (line.trim() !== '') yield parseJson(line);
    }
  }
  unfinished.push(decoder.decode());
  const last = unfinished.join('');
  if (last.trim() !== '') yield parseJson(last);
}
