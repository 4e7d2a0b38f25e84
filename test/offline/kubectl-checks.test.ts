import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { kubectlProblems } from '../../src/offline/kubectl-checks.ts';
import { environment } from '../support/manifests.ts';

const { spec, ...bare } = environment('team');
const made = (fields: object): KubeObject => Object.assign({ ...bare, spec }, fields);

const cases: { object: KubeObject; problems: string[]; why: string }[] = [
  { object: made({}), problems: [], why: 'a valid manifest' },
  { object: made({ status: { any: 1 } }), problems: [], why: 'a status is dropped, not refused' },
  {
    object: made({ spec: { ...spec, topologie: {} } }),
    problems: ['spec.topologie: unknown field; did you mean "topology"?'],
    why: 'a field that the schema does not have',
  },
  {
    object: made({ specs: {} }),
    problems: ['specs: unknown field; did you mean "spec"?'],
    why: 'a top-level field that no object has',
  },
  {
    object: made({ metadata: { name: 'a', labels: { x: 1 } } }),
    problems: ['metadata.labels[x]: must be a string, not 1: put it in quotes'],
    why: 'malformed metadata',
  },
  {
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'A_B' } },
    problems: [],
    why: 'the schema of another kind is not known',
  },
];

describe('the problems for which kubectl rejects a manifest', () => {
  for (const { object, problems, why } of cases) {
    it(`are ${problems.join() || 'none'}: ${why}`, () => {
      assert.deepEqual(
        kubectlProblems(object).map(({ path, message }) => `${path}: ${message}`),
        problems,
      );
    });
  }
});
