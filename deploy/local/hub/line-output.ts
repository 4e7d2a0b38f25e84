/** Where a command prints messages about its progress. */
export interface Output {
  /** Writes a line. */
  print: (line: string) => void;
  /** Writes a line that the next one replaces. Undefined unless the output is a terminal. */
  replace?: ((line: string) => void) | undefined;
}

const clearLine = '\r\u001B[K';

/** An output that writes to a stream. If it is a terminal, the last line can be replaced. */
export function createLineOutput(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>): Output {
  if (!stream.isTTY) return { print: (line) => void stream.write(`${line}\n`) };
  let clear = '';
  return {
    print(line) {
      stream.write(`${clear}${line}\n`);
      clear = '';
    },
    replace(line) {
      // Only one row can be cleared, so the line must not wrap.
      stream.write(`${clear}${line.slice(0, (stream.columns || 80) - 1)}`);
      clear = line === '' ? '' : clearLine;
    },
  };
}
