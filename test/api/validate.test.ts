import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { kindNamed, kinds } from '../../src/api/kinds.ts';
import type { JsonValue } from '../../src/api/object.ts';
import { schemaErrors, unknownFields } from '../../src/api/validate.ts';
import { anyJson } from '../support/any-json.ts';

function errorsOf(kindName: string, spec: JsonValue) {
  const kind = kindNamed(kindName);
  assert.ok(kind);
  return schemaErrors(kind, { spec }).map(({ path, message }) => `${path}: ${message}`);
}

const messages: { spec: JsonValue; says: string; why: string }[] = [
  { spec: {}, says: 'spec.topology: is required', why: 'a missing field is named' },
  { spec: { topology: [] }, says: 'spec.topology: must be an object, not a list', why: 'types have readable names' },
  { spec: { topology: { type: 7 } }, says: 'spec.topology.type: must be a string, not 7', why: 'the value is shown' },
  {
    spec: { topology: { type: '' } },
    says: 'spec.topology.type: must not be empty',
    why: 'an empty string has its own message',
  },
  {
    spec: { topology: { type: 'a'.repeat(200) } },
    says: 'spec.topology.type: must have at most 130 characters',
    why: 'the limit is shown',
  },
  {
    spec: { topology: { type: 'a' }, version: 'v1' },
    says: 'spec.version: must be a version x.y.z, such as 1.3.6 or 2.0.0-rc.1, without a leading v, not the string "v1"',
    why: 'patterns are explained',
  },
  {
    spec: { topology: { type: 'a' }, policies: 'x' },
    says: 'spec.policies: must be a list, not the string "x"',
    why: 'types have readable names',
  },
];

describe('the errors of a schema', () => {
  for (const { resource, spec } of kinds) {
    it(`are those of a valid JSON schema for ${resource.kind}`, () => {
      const ajv = new Ajv({ strict: false });
      assert.ok(ajv.validateSchema(JSON.parse(JSON.stringify(spec))), ajv.errorsText());
    });
  }

  for (const { spec, says, why } of messages) {
    it(`${says}: ${why}`, () => assert.deepEqual(errorsOf('Environment', spec), [says]));
  }

  it('say the bound of an integer that is out of range, also if a number cannot hold it', () => {
    const errorOf = (revision: JsonValue) =>
      errorsOf('DefinitionRevision', { revision }).filter((error) => error.startsWith('spec.revision: '));
    assert.deepEqual(errorOf(9007199254740993n), ['spec.revision: must be at most 2147483647, not 9007199254740993']);
    assert.deepEqual(errorOf(-9007199254740993n), ['spec.revision: must be at least 1, not -9007199254740993']);
    assert.deepEqual(errorsOf('Environment', { topology: { type: 9007199254740993n } }), [
      'spec.topology.type: must be a string, not 9007199254740993',
    ]);
  });

  it('are reported all at once', () => {
    assert.equal(errorsOf('Environment', { topology: {}, version: 1, policies: [{}] }).length, 4);
  });

  it('are single lines that never repeat a long string', () => {
    const [message = ''] = errorsOf('Environment', { topology: { type: 'a' }, version: 'x'.repeat(60) });
    assert.ok(message.length < 200 && !message.includes('\n'), message);
  });

  it('are found for any value without an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), anyJson, (kind, spec) => {
        for (const { path, message } of schemaErrors(kind, { spec }))
          assert.ok(path.startsWith('spec') && message !== '');
        unknownFields(kind, { spec });
      }),
    );
  });
});

describe('unknown fields', () => {
  const unknownIn = (spec: JsonValue) => {
    const kind = kindNamed('Environment');
    assert.ok(kind);
    return unknownFields(kind, { spec });
  };

  it('are reported with the known names', () => {
    const [found] = unknownIn({ topology: { type: 'a', propertys: {} } });
    assert.equal(found?.path, 'spec.topology.propertys');
    assert.deepEqual(found.allowed, { field: 'propertys', names: ['type', 'properties'] });
  });

  it('are not reported in free-form fields', () => {
    assert.deepEqual(unknownIn({ topology: { type: 'a', properties: { what: { ever: 1 } } } }), []);
  });

  it('may be called constructor or __proto__', () => {
    const paths = unknownIn(JSON.parse('{"topology": {"type": "a"}, "constructor": 1, "__proto__": 1}')).map(
      ({ path }) => path,
    );
    assert.deepEqual(paths, ['spec.constructor', 'spec.__proto__']);
  });
});
