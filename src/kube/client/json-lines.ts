/** The values of a stream that holds one JSON text per line. Throws SyntaxError or TypeError on what is neither JSON nor UTF-8. */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void, void> {
  // The decoder keeps the bytes of a character that a chunk's border cuts in two.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // Parts of an unfinished line: joined once, or a large object in small chunks would cost quadratic time.
  let unfinished: string[] = [];
  for await (const chunk of chunks) {
    const [head = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    unfinished.push(head);
    for (const next of rest) {
      const line = unfinished.join('');
      unfinished = [next];
      if (line.trim() !== '') yield JSON.parse(line);
    }
  }
  unfinished.push(decoder.decode());
  const last = unfinished.join('');
  if (last.trim() !== '') yield JSON.parse(last);
}
