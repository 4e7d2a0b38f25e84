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
    why: 'a field beside spec that no object has',
  },
  {
    object: made({ metadata: { name: 'a', labels: { x: 1 } } }),
    problems: ['metadata.labels[x]: must be a string, not 1: put it in quotes'],
    why: 'metadata of the wrong form',
  },
  {
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'A_B' } },
    problems: [],
    why: 'the schema of another kind is not known',
  },
];

describe('what kubectl refuses of a manifest', () => {
  for (const { object, problems, why } of cases) {
    it(`is ${problems.join() || 'nothing'}: ${why}`, () => {
      assert.deepEqual(
        kubectlProblems(object).map(({ path, message }) => `${path}: ${message}`),
        problems,
      );
    });
  }
});
