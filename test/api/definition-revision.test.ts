import { schemaCases } from '../support/schema-cases.ts';

const spec = { kind: 'Environment', name: 'primary', revision: 1, hash: 'f'.repeat(64), object: { spec: {} } };

schemaCases('DefinitionRevision', [
  { what: 'a record', spec, why: 'nothing else is required' },
  {
    what: 'a record of a PolicyDefinition',
    spec: { ...spec, kind: 'PolicyDefinition' },
    why: 'its revisions are recorded',
  },
  {
    what: 'a record of a WorkloadDeployment',
    spec: { ...spec, kind: 'WorkloadDeployment' },
    paths: ['spec.kind'],
    why: 'its revisions are not recorded',
  },
  { what: 'revision 0', spec: { ...spec, revision: 0 }, paths: ['spec.revision'], why: 'revisions start with 1' },
  { what: 'revision 1.5', spec: { ...spec, revision: 1.5 }, paths: ['spec.revision'], why: 'revisions are integers' },
  {
    what: 'a version with a v',
    spec: { ...spec, version: 'v1.0.0' },
    paths: ['spec.version'],
    why: 'versions are strict semver',
  },
  { what: 'no content', spec: { ...spec, object: {} }, paths: ['spec.object.spec'], why: 'the content is required' },
]);
