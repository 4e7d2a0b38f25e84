import { schemaCases } from '../support/schema-cases.ts';

const spec = {
  workload: { name: 'web' },
  workloadProfileRef: { name: 'web' },
  environmentRef: { name: 'primary@v1.3' },
};

schemaCases('WorkloadDeployment', [
  { what: 'names alone', spec, why: 'namespaces have defaults' },
  {
    what: 'no environmentRef',
    spec: { workload: spec.workload, workloadProfileRef: spec.workloadProfileRef },
    paths: ['spec.environmentRef'],
    why: 'the Environment is required',
  },
  {
    what: 'an empty ref',
    spec: { ...spec, environmentRef: { name: '' } },
    paths: ['spec.environmentRef.name'],
    why: 'the name is required',
  },
  {
    what: 'a ref in another namespace',
    spec: { ...spec, environmentRef: { name: 'a', namespace: 'team' } },
    why: 'permissions are checked elsewhere',
  },
  {
    what: 'an empty namespace',
    spec: { ...spec, environmentRef: { name: 'a', namespace: '' } },
    paths: ['spec.environmentRef.namespace'],
    why: 'an optional field must be absent instead of empty',
  },
  {
    what: 'a namespace with a slash',
    spec: { ...spec, workload: { name: 'web', namespace: 'a/b' } },
    paths: ['spec.workload.namespace'],
    why: 'it is not a valid namespace',
  },
  {
    what: 'a namespace of 64 characters',
    spec: { ...spec, workload: { name: 'web', namespace: 'a'.repeat(64) } },
    paths: ['spec.workload.namespace'],
    why: 'a namespace has at most 63 characters',
  },
  {
    what: 'a Workload in upper case',
    spec: { ...spec, workload: { name: 'Web' } },
    paths: ['spec.workload.name'],
    why: 'it is not a valid name',
  },
  {
    what: 'labels for Workload and Namespace',
    spec: {
      ...spec,
      workload: {
        name: 'web',
        metadata: { labels: { a: 'b' } },
        namespaceMetadata: { annotations: { constructor: 'x' } },
      },
    },
    why: 'they are copied to the spokes',
  },
  {
    what: 'a label that is a number',
    spec: { ...spec, workload: { name: 'web', metadata: { labels: { a: 1 } } } },
    paths: ['spec.workload.metadata.labels.a'],
    why: 'labels are strings',
  },
]);
