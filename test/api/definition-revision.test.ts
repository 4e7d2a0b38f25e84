import { schemaCases } from '../support/schema-cases.ts';

const spec = { kind: 'Environment', name: 'primary', revision: 1, hash: 'f'.repeat(64), object: { spec: {} } };

schemaCases('DefinitionRevision', [
  { what: 'a record', spec, why: 'all that is required' },
  { what: 'a record of a PolicyDefinition', spec: { ...spec, kind: 'PolicyDefinition' }, why: 'it has a history' },
  {
    what: 'a record of a WorkloadDeployment',
    spec: { ...spec, kind: 'WorkloadDeployment' },
    paths: ['spec.kind'],
    why: 'it has none',
  },
  { what: 'revision 0', spec: { ...spec, revision: 0 }, paths: ['spec.revision'], why: 'they count from 1' },
  { what: 'revision 1.5', spec: { ...spec, revision: 1.5 }, paths: ['spec.revision'], why: 'whole numbers' },
  { what: 'a version with a v', spec: { ...spec, version: 'v1.0.0' }, paths: ['spec.version'], why: 'strict semver' },
  { what: 'no content', spec: { ...spec, object: {} }, paths: ['spec.object.spec'], why: 'that is what it is for' },
]);
