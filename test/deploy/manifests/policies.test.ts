import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { topologyKindsPolicy } from '../../../src/api/names.ts';
import { kindsOnHub } from '../../../src/api/kinds.ts';
import { renderedKinds } from '../../../src/api/ocm.ts';
import { defaultAllowedKinds } from '../../../src/domain/render/workload-render.ts';

interface PolicyObject {
  kind: string;
  metadata: { name: string };
  spec: {
    failurePolicy?: string;
    matchConstraints?: { resourceRules: { apiGroups: string[]; operations: string[]; resources: string[] }[] };
    validations?: { message: string; reason: string }[];
    policyName?: string;
    validationActions?: string[];
  };
}

const deploy = join(import.meta.dirname, '..', '..', '..', 'deploy');
const textOf = (file: string) => readFile(join(deploy, file), 'utf8');
const objects: PolicyObject[] = parseAllDocuments(await textOf('policies.yaml')).map((document) => document.toJS());
const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
const resourcesOf = (name: string) =>
  policies
    .filter(({ metadata }) => metadata.name === name)
    .flatMap(({ spec }) => spec.matchConstraints?.resourceRules ?? [])
    .flatMap(({ resources }) => resources);

describe('the admission policies', () => {
  it('fail closed, and a binding makes each of them deny', () => {
    assert.ok(policies.every(({ spec }) => spec.failurePolicy === 'Fail'));
    const bound = objects
      .filter(({ spec }) => spec.validationActions?.join() === 'Deny')
      .map(({ spec }) => spec.policyName);
    // Operators bind this one to the kinds that they add.
    const own = policies.map(({ metadata }) => metadata.name).filter((name) => name !== topologyKindsPolicy);
    assert.deepEqual(bound, own);
  });

  it('have a message of one line for each validation', () => {
    for (const { spec } of policies) {
      for (const { message, reason } of spec.validations ?? []) {
        assert.match(message, /^[^\n]{20,300}$/);
        assert.equal(reason, 'Forbidden');
      }
    }
  });

  it('never judge a deletion, except that of a CRD, so that the garbage collector and the namespace controller can work', () => {
    const ofDeletions = policies.filter(({ spec }) =>
      spec.matchConstraints?.resourceRules.some(({ operations }) => operations.includes('DELETE')),
    );
    assert.deepEqual(
      ofDeletions.map(({ metadata }) => metadata.name),
      ['mooring-crd-deletion'],
    );
  });

  it('guard all kinds of mooring, and all kinds that a topology may render', () => {
    const ours = kindsOnHub.map(({ resource }) => resource.plural);
    assert.deepEqual(resourcesOf('mooring-terminating'), ours);
    assert.deepEqual(resourcesOf('mooring-controller'), ours);
    assert.deepEqual(
      resourcesOf('mooring-reserved-metadata'),
      renderedKinds.map(({ plural }) => plural),
    );
    assert.deepEqual(
      defaultAllowedKinds.map(({ kind }) => kind),
      renderedKinds.map(({ kind }) => kind),
    );
  });

  it('never let the sent object say that it is terminating, and neither do the webhooks', async () => {
    for (const file of ['policies.yaml', 'webhooks.yaml']) {
      assert.doesNotMatch(await textOf(file), /\bobject\.metadata\.deletionTimestamp/, file);
    }
  });
});
