import assert from 'node:assert/strict';
import { referenceStampDoesNotFit } from '../../../../src/domain/admission/rules/reference-stamp-does-not-fit.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { deployment, environment } from '../../../support/manifests.ts';

const environmentStamp = 'spectrocloud.com/environment-revision';
const profileStamp = 'spectrocloud.com/workload-profile-revision';

const cases: { annotation: string; text: string; fits: boolean; why: string }[] = [
  { annotation: environmentStamp, text: 'team/primary@v4', fits: true, why: 'the ref names it' },
  { annotation: environmentStamp, text: 'team/other@v4', fits: false, why: 'another object' },
  { annotation: environmentStamp, text: 'elsewhere/primary@v4', fits: false, why: 'another namespace' },
  { annotation: environmentStamp, text: 'team/primary', fits: false, why: 'no revision' },
  { annotation: environmentStamp, text: '', fits: false, why: 'empty' },
  { annotation: profileStamp, text: 'team/web@v1', fits: true, why: 'a local profile' },
  { annotation: profileStamp, text: 'mural-system/web@v1', fits: true, why: 'a shared profile' },
  { annotation: profileStamp, text: 'other-system/web@v1', fits: false, why: 'another namespace' },
];

describe('ReferenceStampDoesNotFit', () => {
  for (const { annotation, text, fits, why } of cases) {
    it(`finds ${fits ? 'nothing' : 'it'} with ${JSON.stringify(text)}: ${why}`, () => {
      const object = deployment('team');
      const stamped = { ...object, metadata: { ...object.metadata, annotations: { [annotation]: text } } };
      const path = `metadata.annotations[${annotation}]`;
      assert.deepEqual(findingsOf(referenceStampDoesNotFit, factsOf({ object: stamped })), fits ? [] : [{ path }]);
    });
  }

  it('finds nothing if the ref has an empty namespace: it means the namespace of the deployment', () => {
    const { metadata, spec } = deployment('team');
    const object = {
      ...deployment('team'),
      metadata: { ...metadata, annotations: { [environmentStamp]: 'team/primary@v4' } },
      spec: { ...spec, environmentRef: { name: 'primary', namespace: '' } },
    };
    assert.deepEqual(findingsOf(referenceStampDoesNotFit, factsOf({ object })), []);
  });

  const topologies: [type: string, text: string, fits: boolean, why: string][] = [
    ['mine@v3', 'mural-system/mine@v3#h1:a', true, 'the topology is pinned to it'],
    ['mine@v3', 'team/mine@v3#h1:a', false, 'another namespace'],
    ['mine@v3', 'mural-system/mine@v4#h1:a', false, 'another revision'],
    ['mine@v3', 'mine', false, 'no stamp'],
    ['topology-ocm', 'mural-system/topology-ocm@v3#h1:a', false, 'a built-in has no revisions'],
  ];
  for (const [type, text, fits, why] of topologies) {
    it(`finds ${fits ? 'nothing' : 'it'} on an Environment with topology ${type} and stamp ${text}: ${why}`, () => {
      const annotation = 'spectrocloud.com/topology-revision';
      const object = environment('team', { topology: { type }, annotations: { [annotation]: text } });
      const path = `metadata.annotations[${annotation}]`;
      assert.deepEqual(findingsOf(referenceStampDoesNotFit, factsOf({ object })), fits ? [] : [{ path }]);
    });
  }

  it('does not require a stamp, because it may be added later', () => {
    assert.deepEqual(findingsOf(referenceStampDoesNotFit, factsOf({ object: deployment('team') })), []);
    assert.deepEqual(findingsOf(referenceStampDoesNotFit, factsOf({ object: environment('team') })), []);
  });
});
