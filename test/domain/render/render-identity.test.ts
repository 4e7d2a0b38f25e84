import assert from 'node:assert/strict';
import { renderedFrom } from '../../../src/domain/render/render-identity.ts';
import { aPlacement } from '../../support/placements.ts';

describe('the origin of a Placement', () => {
  it('is read from its annotations', () => {
    const origin = { environment: 'team/prod', revision: 12 };
    assert.deepEqual(renderedFrom(aPlacement({ from: 'team/prod@v12' })), { ...origin, purpose: 'deployment' });
    assert.deepEqual(renderedFrom(aPlacement({ from: 'team/prod@v12', probe: true })), {
      ...origin,
      purpose: 'probe',
    });
  });

  const unreadable = [
    '',
    'prod@v1',
    'team/prod',
    'team/prod@v0',
    'team/prod@v1.3.6',
    'a/b/c@v1',
    'team/prod@v1\n',
    'team/prod@v1e3',
  ];
  for (const text of unreadable) {
    it(`is unknown where the annotation is ${JSON.stringify(text)}`, () => {
      assert.equal(renderedFrom(aPlacement({ from: text })), undefined);
    });
  }

  it('is unknown where the label or the purpose is missing: somebody else made it', () => {
    const { labels: _, ...unlabelled } = aPlacement({ from: 'team/prod@v1' }).metadata;
    assert.equal(renderedFrom({ ...aPlacement(), metadata: unlabelled }), undefined);
    const placement = aPlacement({ from: 'team/prod@v1' });
    delete placement.metadata.annotations?.['spectrocloud.com/deployment'];
    assert.equal(renderedFrom(placement), undefined);
    assert.equal(renderedFrom(aPlacement()), undefined);
  });
});
