import assert from 'node:assert/strict';
import { customResourceDefinition } from '../../src/api/crd.ts';
import { kinds } from '../../src/api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/api/object.ts';

interface Crd {
  metadata: { name: string };
  spec: {
    versions: {
      subresources: JsonObject;
      schema: { openAPIV3Schema: JsonObject };
      additionalPrinterColumns: JsonObject[];
    }[];
  };
}

function crdOf(kindName: string): Crd {
  const kind = kinds.find(({ resource }) => resource.kind === kindName);
  assert.ok(kind);
  return JSON.parse(JSON.stringify(customResourceDefinition(kind)));
}

interface Found {
  path: string;
  schema: JsonObject;
}

/** A schema and all of its nested schemas, with their paths. */
function schemasIn(schema: JsonValue | undefined, path: string): Found[] {
  if (!isJsonObject(schema)) return [];
  const { properties, items, additionalProperties } = schema;
  return [
    { path, schema },
    ...Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([key, value]) =>
      schemasIn(value, `${path}.${key}`),
    ),
    ...schemasIn(items, `${path}[]`),
    ...schemasIn(additionalProperties, `${path}{}`),
  ];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The keywords of structural schemas that we use. The API server rejects other keywords, or drops them silently. */
const known = [
  'type',
  'description',
  'properties',
  'required',
  'items',
  'additionalProperties',
  'format',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'maxProperties',
  'minimum',
  'maximum',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
];

for (const { resource } of kinds) {
  describe(`the CRD of ${resource.kind}`, () => {
    const [version] = crdOf(resource.kind).spec.versions;
    const root = version?.schema.openAPIV3Schema;
    const found = schemasIn(root, resource.kind).filter(({ path }) => !/^\w+\.(apiVersion|kind|metadata)$/.test(path));

    it('uses only keywords of structural schemas', () => {
      for (const { path, schema } of found) {
        for (const keyword of Object.keys(schema)) assert.ok(known.includes(keyword), `${path}: ${keyword}`);
      }
    });

    it('has one type for every field, and no additionalProperties: false', () => {
      for (const { path, schema } of found) {
        assert.equal(typeof schema['type'], 'string', path);
        assert.notEqual(schema['additionalProperties'], false, path);
        assert.ok(
          schema['properties'] === undefined || schema['additionalProperties'] === undefined,
          `${path} is both`,
        );
      }
    });

    it('limits everything, because the cost of CEL rules is estimated from the limits', () => {
      for (const { path, schema } of found) {
        const { type } = schema;
        if (type === 'string')
          assert.ok('maxLength' in schema || 'enum' in schema || schema['format'] === 'date-time', path);
        if (type === 'array') assert.ok('maxItems' in schema, path);
        if (type === 'integer') assert.ok('minimum' in schema && 'maximum' in schema, path);
        if (type === 'object' && 'additionalProperties' in schema) assert.ok('maxProperties' in schema, path);
      }
    });

    it('describes every field with a sentence', () => {
      for (const { path, schema } of found) {
        if (/\[\]$|\{\}$/.test(path) && schema['type'] === 'string') continue;
        assert.match(textOf(schema['description']), /^.*[^ ]\.$/, path);
      }
    });

    it('has patterns that mean the same in JavaScript and in Go: anchored, without lookaround', () => {
      for (const { path, schema } of found) {
        const { pattern } = schema;
        if (typeof pattern === 'string') assert.match(pattern, /^\^(?!.*\(\?[=!<]).*\$$/, path);
      }
    });

    it('defines for every list how it is merged', () => {
      for (const { path, schema } of found) {
        if (schema['type'] === 'array')
          assert.ok(['atomic', 'map', 'set'].includes(textOf(schema['x-kubernetes-list-type'])), path);
      }
    });

    it('has a status subresource', () => assert.deepEqual(version?.subresources, { status: {} }));
  });
}

describe('the CRDs', () => {
  it('print the name of an Environment and Ready or NotReady, and no other column', () => {
    const [version] = crdOf('Environment').spec.versions;
    const shown = version?.additionalPrinterColumns.filter((column) => column['priority'] === undefined);
    assert.deepEqual(
      shown?.map(({ name, jsonPath }) => [name, jsonPath]),
      [['Environment Ready', '.status.status']],
    );
  });

  it('are named by plural and group', () => {
    assert.equal(crdOf('WorkloadDeployment').metadata.name, 'workloaddeployments.spectrocloud.com');
  });

  it('make revisions immutable', () => {
    const spec = schemasIn(crdOf('DefinitionRevision').spec.versions[0]?.schema.openAPIV3Schema, 'x').find(
      ({ path }) => path === 'x.spec',
    );
    assert.match(JSON.stringify(spec?.schema['x-kubernetes-validations']), /self == oldSelf/);
  });

  it('let each field manager own its conditions', () => {
    const found = schemasIn(crdOf('Environment').spec.versions[0]?.schema.openAPIV3Schema, 'x');
    const conditions = found.find(({ path }) => path === 'x.status.conditions');
    assert.deepEqual(conditions?.schema['x-kubernetes-list-map-keys'], ['type']);
  });
});
