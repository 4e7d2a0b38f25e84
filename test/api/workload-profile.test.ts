import { schemaCases } from '../support/schema-cases.ts';

const workload = { components: [{ name: 'ui', type: 'webservice' }] };

schemaCases('WorkloadProfile', [
  { what: 'a component', spec: { workload }, why: 'all that is required' },
  { what: 'a version', spec: { workload, version: '1.0.0' }, why: 'optional' },
  {
    what: 'a version of two numbers',
    spec: { workload, version: '1.0' },
    paths: ['spec.version'],
    why: 'strict semver',
  },
  { what: 'no workload', spec: {}, paths: ['spec.workload'], why: 'it says what runs' },
]);
