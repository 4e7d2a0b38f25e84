import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readYaml } from '../../../src/cli/files/yaml-reader.ts';
import { yamlText } from '../../../src/cli/output/yaml-text.ts';
import { anyScalarText, withEveryPosition } from '../../support/any-scalar-text.ts';
import { anyJson } from '../../support/any-json.ts';

const printed: [value: unknown, text: string, why: string][] = [
  [{ y: 'n' }, '"y": "n"\n', 'go-yaml reads them as true and false, keys included'],
  [{ a: 'NO', b: '1_000' }, 'a: "NO"\nb: "1_000"\n', 'a boolean and an integer of YAML 1.1'],
  [{ '<<': '=' }, '"<<": "="\n', 'keys with a meaning in YAML 1.1'],
  [['2001-01-01', '12:30:45'], '- "2001-01-01"\n- "12:30:45"\n', 'a date, and an integer of base 60'],
  [{ a: '1.3.6', b: '64Mi' }, 'a: 1.3.6\nb: 64Mi\n', 'strings that are strings for every reader'],
  [[9007199254740993n], '- 9007199254740993\n', 'an integer of 64 bits'],
  [{ a: 'x\n  y\n' }, 'a: |\n  x\n    y\n', 'text of several lines is a block'],
  [{ a: '\tx\n' }, 'a: "\\tx\\n"\n', 'go-yaml takes the tab for indentation'],
  [{ a: 'x \n' }, 'a: "x\\ \\n"\n', 'spaces at the end of a line'],
  [{ a: '\u0085\ufeff\u007f' }, String.raw`a: "\u0085\ufeff\u007f"` + '\n', 'characters that go-yaml refuses'],
  [{ a: 'ü 😀' }, 'a: ü 😀\n', 'other characters'],
];

describe('YAML that is printed', () => {
  for (const [value, text, why] of printed) {
    it(`is ${JSON.stringify(text)}: ${why}`, () => assert.equal(yamlText(value), text));
  }

  it('has sorted keys on request', () => {
    assert.equal(yamlText({ b: { d: 1, c: 2 }, a: 3 }, { sorted: true }), 'a: 3\nb:\n  c: 2\n  d: 1\n');
  });

  it('repeats a value that occurs twice', () => {
    const twice = [1];
    assert.equal(yamlText([twice, twice]), '- - 1\n- - 1\n');
  });

  it('is read by mooring as the same value', () => {
    const isRead = (value: unknown) => assert.deepEqual(readYaml(yamlText(value), 'a.yaml')[0]?.value, value);
    fc.assert(
      fc.property(anyScalarText, (text) => isRead(withEveryPosition(text))),
      { numRuns: 3000 },
    );
    fc.assert(fc.property(anyJson, isRead), { numRuns: 1000 });
  });
});
