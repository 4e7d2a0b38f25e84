import assert from 'node:assert/strict';
import { sha256 } from '../../../src/cli/sha256.ts';
import {
  deploymentOf,
  deploymentSelector,
  environmentOf,
  environmentSelector,
  identityMetadata,
  isProbe,
  isRenderedFrom,
  readOrigin,
  type RenderIdentity,
} from '../../../src/domain/render/render-identity.ts';
import { aPlacement } from '../../support/placements.ts';

const environment = { namespace: 'team', name: 'prod', revision: 12 };
const deployment = { namespace: 'apps', name: 'shop' };

const marked = (identity: RenderIdentity) => ({
  ...aPlacement(),
  metadata: { ...aPlacement().metadata, ...identityMetadata(identity, sha256) },
});
const ofDeployment = marked({ environment, deployment });
const probe = marked({ environment });
const foreign = aPlacement();

describe('the identity of an object of a deployment', () => {
  it('is read back as it was written', () => {
    assert.equal(deploymentOf(ofDeployment), 'apps/shop');
    assert.equal(environmentOf(ofDeployment), 'team/prod');
    assert.deepEqual(readOrigin(ofDeployment), { environment: 'team/prod', revision: 12, purpose: 'deployment' });
    assert.equal(isProbe(ofDeployment), false);
  });

  it('is selected by the hashes of its owners', () => {
    const labels = Object.entries(ofDeployment.metadata.labels).map(([key, value]) => `${key}=${value}`);
    assert.ok(labels.includes(deploymentSelector('apps/shop', sha256)));
    assert.ok(labels.includes(environmentSelector('team/prod', sha256)));
    assert.ok(!labels.includes(deploymentSelector('apps/other', sha256)));
  });

  it('tells the revision that it was rendered from', () => {
    assert.ok(isRenderedFrom(ofDeployment, 'team/prod', 12));
    assert.ok(!isRenderedFrom(ofDeployment, 'team/prod', 1), 'the number is compared as a whole');
    assert.ok(!isRenderedFrom(ofDeployment, 'team/pro', 12));
  });
});

describe('the identity of a probe Placement', () => {
  it('names no deployment', () => {
    assert.equal(deploymentOf(probe), undefined);
    assert.equal(environmentOf(probe), 'team/prod');
    assert.deepEqual(readOrigin(probe), { environment: 'team/prod', revision: 12, purpose: 'probe' });
    assert.ok(isProbe(probe));
  });

  it('is not selected as an object of any deployment', () => {
    assert.deepEqual(Object.keys(probe.metadata.labels), [
      'app.kubernetes.io/managed-by',
      'spectrocloud.com/environment-hash',
    ]);
  });
});

describe('the origin of an object that mooring did not render', () => {
  it('is unknown', () => {
    assert.equal(readOrigin(foreign), undefined);
    assert.equal(deploymentOf(foreign), undefined);
    assert.equal(environmentOf(foreign), undefined);
    assert.equal(isProbe(foreign), false);
  });

  const malformed = [
    '',
    'prod@v1',
    'team/prod',
    'team/prod@v0',
    'team/prod@v1.3.6',
    'a/b/c@v1',
    'team/prod@v1\n',
    'team/prod@v1e3',
  ];
  for (const value of malformed) {
    it(`is unknown where the annotation is ${JSON.stringify(value)}`, () => {
      assert.equal(readOrigin(aPlacement({ from: value })), undefined);
    });
  }

  it('is unknown where the label or the deployment is missing', () => {
    const { labels: _, ...unlabelled } = aPlacement({ from: 'team/prod@v1' }).metadata;
    assert.equal(readOrigin({ ...aPlacement(), metadata: unlabelled }), undefined);
    const placement = aPlacement({ from: 'team/prod@v1' });
    delete placement.metadata.annotations?.['spectrocloud.com/deployment'];
    assert.equal(readOrigin(placement), undefined);
  });
});
