import { schemaCases } from '../support/schema-cases.ts';

const component = { name: 'ui', type: 'webservice' };

schemaCases('Workload', [
  { what: 'a component', spec: { components: [component] }, why: 'nothing else is required' },
  { what: 'no components', spec: { components: [] }, paths: ['spec.components'], why: 'one component is required' },
  {
    what: '128 components',
    spec: { components: Array.from({ length: 128 }, () => component) },
    why: 'it is the maximum',
  },
  {
    what: '129 components',
    spec: { components: Array.from({ length: 129 }, () => component) },
    paths: ['spec.components'],
    why: 'it is one too many',
  },
  {
    what: 'a trait',
    spec: { components: [{ ...component, traits: [{ type: 'resources' }] }] },
    why: 'a type is enough',
  },
  {
    what: 'a trait without a type',
    spec: { components: [{ ...component, traits: [{}] }] },
    paths: ['spec.components[0].traits[0].type'],
    why: 'it is required',
  },
  {
    what: 'a component without a type',
    spec: { components: [{ name: 'ui' }] },
    paths: ['spec.components[0].type'],
    why: 'it is required',
  },
]);
