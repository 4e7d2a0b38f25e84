import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { schemaProblems } from '../../../src/cli/files/schema-problems.ts';
import { deployment, environment } from '../../support/manifests.ts';

const problemsOf = (object: object) => {
  const manifest = JSON.parse(JSON.stringify(object));
  return schemaProblems({ source: 'file:1', object: manifest });
};

describe('the problems of a manifest', () => {
  const rows: { object: object; problems: RegExp[]; why: string }[] = [
    { object: environment('team'), problems: [], why: 'it fits its schema' },
    {
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'A' } },
      problems: [],
      why: 'it is of another group',
    },
    {
      object: { ...environment('team'), metadata: { name: 'A', namespace: 'team' } },
      problems: [/^file:1: Environment A: metadata\.name: "A" is not /],
      why: 'the name is not valid',
    },
    {
      object: { ...deployment('team'), spec: { workload: { name: 'x', namespace: 'x' } } },
      problems: [
        /^file:1: WorkloadDeployment web: spec\.workloadProfileRef: is required$/,
        /^file:1: WorkloadDeployment web: spec\.environmentRef: is required$/,
      ],
      why: 'fields are missing',
    },
    {
      object: { ...environment('team'), spec: { ...specOf(environment('team')), polices: [] } },
      problems: [/^file:1: Environment primary: spec\.polices: .*did you mean "policies"\?$/],
      why: 'a field is mistyped',
    },
  ];
  for (const { object, problems, why } of rows) {
    it(`are ${problems.length}: ${why}`, () => {
      const found = problemsOf(object);
      assert.equal(found.length, problems.length, found.join('\n'));
      problems.forEach((problem, index) => assert.match(found[index] ?? '', problem));
    });
  }
});

function specOf(object: object): JsonObject {
  return JSON.parse(JSON.stringify(object)).spec;
}
