import assert from 'node:assert/strict';
import { createLineOutput } from '../../../../deploy/local/hub/line-output.ts';

describe('lines of output', () => {
  const stream = (isTTY: boolean) => {
    const written: string[] = [];
    return {
      written,
      stream: { isTTY, columns: 20, write: (part: string | Uint8Array) => written.push(String(part)) > 0 },
    };
  };

  it('are written unchanged to a file, where they cannot be replaced', () => {
    const { written, stream: file } = stream(false);
    const output = createLineOutput(file);
    output.print('one');
    assert.equal(output.replace, undefined);
    assert.deepEqual(written, ['one\n']);
  });

  it('can be replaced on a terminal, by a temporary or by a permanent line', () => {
    const { written, stream: terminal } = stream(true);
    const output = createLineOutput(terminal);
    output.replace?.('1 of 2');
    output.replace?.('2 of 2');
    output.print('done');
    output.print('next');
    assert.deepEqual(written, ['1 of 2', '\r\u001B[K2 of 2', '\r\u001B[Kdone\n', 'next\n']);
  });

  it('can be cleared with an empty line', () => {
    const { written, stream: terminal } = stream(true);
    const output = createLineOutput(terminal);
    output.replace?.('1 of 2');
    output.replace?.('');
    output.print('done');
    assert.equal(written.join(''), '1 of 2\r\u001B[Kdone\n');
  });

  it('are cut to the width of the terminal if they can be replaced', () => {
    const { written, stream: terminal } = stream(true);
    createLineOutput(terminal).replace?.('a line of more than 20 characters');
    assert.deepEqual(written, ['a line of more than']);
  });
});
