/** Where a command tells what it does. */
export interface Output {
  /** Writes a line that stays. */
  print: (line: string) => void;
  /** Writes a line that the next one replaces. Undefined unless the output is a terminal. */
  replace?: ((line: string) => void) | undefined;
}

const clearLine = '\r\u001B[K';

/** Lines on a stream. On a terminal the last one can be replaced. */
export function createLineOutput(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>): Output {
  if (!stream.isTTY) return { print: (line) => void stream.write(`${line}\n`) };
  let clear = '';
  return {
    print(line) {
      stream.write(`${clear}${line}\n`);
      clear = '';
    },
    replace(line) {
      // A line that wraps could not be cleared.
      stream.write(`${clear}${line.slice(0, (stream.columns || 80) - 1)}`);
      clear = line === '' ? '' : clearLine;
    },
  };
}
