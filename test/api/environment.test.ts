import { schemaCases } from '../support/schema-cases.ts';

const topology = { type: 'topology-ocm' };
const policy = { name: 'small', type: 'override' };

schemaCases('Environment', [
  { what: 'a topology alone', spec: { topology }, why: 'nothing else is required' },
  { what: 'no topology', spec: {}, paths: ['spec.topology'], why: 'it is required' },
  {
    what: 'a topology without a type',
    spec: { topology: {} },
    paths: ['spec.topology.type'],
    why: 'the type is required',
  },
  {
    what: 'an empty type',
    spec: { topology: { type: '' } },
    paths: ['spec.topology.type'],
    why: 'the type names a topology',
  },
  {
    what: 'any properties',
    spec: { topology: { ...topology, properties: { a: [1, null] } } },
    why: 'CUE validates them',
  },
  {
    what: 'properties called __proto__',
    spec: { topology: { ...topology, properties: JSON.parse('{"__proto__": 1}') } },
    why: 'it is a key like any other',
  },
  {
    what: 'properties that are a string',
    spec: { topology: { ...topology, properties: 'x' } },
    paths: ['spec.topology.properties'],
    why: 'properties are an object',
  },
  { what: 'no policies', spec: { topology, policies: [] }, why: 'the list may be empty' },
  { what: 'a policy without properties', spec: { topology, policies: [policy] }, why: 'they are optional' },
  {
    what: 'a policy without a name',
    spec: { topology, policies: [{ type: 'override' }] },
    paths: ['spec.policies[0].name'],
    why: 'messages contain it',
  },
  {
    what: '65 policies',
    spec: { topology, policies: Array.from({ length: 65 }, () => policy) },
    paths: ['spec.policies'],
    why: 'every list and string has a limit',
  },
]);
