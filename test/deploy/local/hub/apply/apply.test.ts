import assert from 'node:assert/strict';
import { parseObjects } from '../../../../../deploy/local/hub/apply/apply.ts';

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

describe('objects in YAML', () => {
  it('are one per document, except for empty documents and comments', () => {
    const objects = parseObjects(`# header\n---\n${map}---\n# nothing\n---\n${map.replace('a', 'a')}`, 'f.yaml');
    assert.deepEqual(
      objects.map(({ kind, metadata }) => [kind, metadata.name]),
      [
        ['ConfigMap', 'a'],
        ['ConfigMap', 'a'],
      ],
    );
  });

  const wrong = [
    { text: 'a: [', why: 'it is not YAML' },
    { text: 'kind: ConfigMap\nmetadata: {name: a}', why: 'it has no apiVersion' },
    { text: 'apiVersion: v1\nkind: ConfigMap', why: 'it has no name' },
    { text: 'just text', why: 'it is not an object' },
  ];
  for (const { text, why } of wrong) {
    it(`are rejected with the name of the file when ${why}`, () => {
      assert.throws(() => parseObjects(text, 'the/f.yaml'), /the\/f\.yaml/);
    });
  }
});
