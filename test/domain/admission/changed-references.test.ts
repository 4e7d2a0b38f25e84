import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { changedReferences } from '../../../src/domain/admission/changed-references.ts';
import { factsOf, referenceFacts } from '../../support/facts.ts';
import { deployment } from '../../support/manifests.ts';

const found = { environment: referenceFacts('primary', 'team'), workloadProfile: referenceFacts('web', 'team') };
const both = ['spec.environmentRef.name Environment', 'spec.workloadProfileRef.name WorkloadProfile'];
const changedIn = (object: KubeObject, oldObject?: KubeObject, facts: object = found) =>
  changedReferences(factsOf(oldObject === undefined ? { object } : { object, oldObject }, facts)).map(
    ({ path, kind }) => `${path} ${kind}`,
  );

describe('the refs that a request changes', () => {
  it('are both refs of a new deployment, each with what was found of it', () => {
    assert.deepEqual(changedIn(deployment('team')), both);
    const [first] = changedReferences(factsOf({ object: deployment('team') }, found));
    assert.equal(first?.reference, found.environment);
  });

  it('are those with another text or namespace', () => {
    const old = deployment('team');
    const moved = { ...old, spec: { ...old.spec, workloadProfileRef: { name: 'web', namespace: 'other' } } };
    assert.deepEqual(changedIn(deployment('team', { environmentRef: 'primary@v2' }), old), [both[0]]);
    assert.deepEqual(changedIn(moved, old), [both[1]]);
  });

  it('are none if something else is edited', () => {
    assert.deepEqual(changedIn(deployment('team', { spokeNamespace: 'other' }), deployment('team')), []);
  });

  it('do not include refs that could not be parsed', () => {
    assert.deepEqual(changedIn(deployment('team'), undefined, { environment: found.environment }), [both[0]]);
    assert.deepEqual(changedIn(deployment('team'), undefined, {}), []);
  });
});
