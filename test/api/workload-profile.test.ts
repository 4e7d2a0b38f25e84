import { schemaCases } from '../support/schema-cases.ts';

const workload = { components: [{ name: 'ui', type: 'webservice' }] };

schemaCases('WorkloadProfile', [
  { what: 'a component', spec: { workload }, why: 'nothing else is required' },
  { what: 'a version', spec: { workload, version: '1.0.0' }, why: 'it is optional' },
  {
    what: 'a version of two numbers',
    spec: { workload, version: '1.0' },
    paths: ['spec.version'],
    why: 'versions are strict semver',
  },
  { what: 'no workload', spec: {}, paths: ['spec.workload'], why: 'it is required' },
]);
