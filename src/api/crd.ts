import type { TSchema } from 'typebox';
import { parseJson } from './json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Resource } from './object.ts';
import type { CelRule, Column, Kind } from './kinds.ts';

export const customResourceDefinitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** The name of the CustomResourceDefinition of a kind. */
export function crdNameOf({ plural, group }: Resource): string {
  return `${plural}.${group}`;
}

/** The CustomResourceDefinition (apiextensions.k8s.io/v1) of a kind, derived from its schemas. */
export function customResourceDefinition(kind: Kind): JsonObject {
  const { resource } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crdNameOf(resource), labels: { 'app.kubernetes.io/name': 'mooring' } },
    spec: {
      group: resource.group,
      scope: resource.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind: resource.kind,
        listKind: `${resource.kind}List`,
        plural: resource.plural,
        singular: resource.kind.toLowerCase(),
        shortNames: kind.shortNames,
      },
      versions: [
        {
          name: resource.version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns.map(printerColumn),
          schema: { openAPIV3Schema: rootSchema(kind) },
        },
      ],
    },
  };
}

function rootSchema(kind: Kind): JsonObject {
  const spec = structural(kind.spec);
  return {
    type: 'object',
    description: kind.description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: kind.specRules === undefined ? spec : { ...spec, ...validations(kind.specRules) },
      status: structural(kind.status),
    },
    ...(kind.rules.length === 0 ? {} : validations(kind.rules)),
  };
}

function validations(rules: CelRule[]): JsonObject {
  return { 'x-kubernetes-validations': rules.map((rule) => ({ ...rule })) };
}

function printerColumn(column: Column): JsonObject {
  const { name, type, jsonPath, wide } = column;
  return { name, type, jsonPath, ...(wide === true ? { priority: 1 } : {}) };
}

/** A schema as plain JSON, without the symbols that TypeBox adds. */
function structural(schema: TSchema): JsonObject {
  const plain: JsonValue = parseJson(JSON.stringify(schema));
  if (!isJsonObject(plain)) throw new TypeError('a schema must be a JSON object');
  return plain;
}
