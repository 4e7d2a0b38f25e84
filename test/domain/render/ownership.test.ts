import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import {
  deploymentProof,
  environmentProof,
  isForeign,
  isRenderedFor,
  namedOwner,
  orphanState,
  provenOwner,
} from '../../../src/domain/render/ownership.ts';
import { aPlacement, anEnvironment, deploymentFor } from '../../support/placements.ts';

const made = (): KubeObject => aPlacement({ from: 'team/prod@v1' });
const aProbe = (): KubeObject => aPlacement({ from: 'team/prod@v1', probe: true });

/** The object with other metadata; a value of `undefined` removes a key. */
function changed(
  object: KubeObject,
  change: { labels?: Record<string, string | undefined>; annotations?: Record<string, string | undefined> },
): KubeObject {
  const merge = (old: Record<string, string> = {}, patch: Record<string, string | undefined> = {}) =>
    Object.fromEntries(
      Object.entries({ ...old, ...patch }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  const { labels, annotations } = object.metadata;
  const metadata = { labels: merge(labels, change.labels), annotations: merge(annotations, change.annotations) };
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

describe('the proof of the owner of an object on the hub', () => {
  it('is the uid of the owner and of the installation', () => {
    const owner = { ...made(), metadata: { name: 'web', uid: 'u' } };
    assert.deepEqual(deploymentProof(owner, 'i'), {
      'spectrocloud.com/deployment-uid': 'u',
      'spectrocloud.com/installation': 'i',
    });
    assert.deepEqual(environmentProof(owner, 'i'), {
      'spectrocloud.com/environment-uid': 'u',
      'spectrocloud.com/installation': 'i',
    });
  });

  it('is read back for a deployment and for a probe', () => {
    const installation = 'installation';
    assert.deepEqual(provenOwner(made()), {
      kind: 'WorkloadDeployment',
      uid: 'uid of apps/placement',
      installation,
    });
    assert.deepEqual(provenOwner(aProbe()), { kind: 'Environment', uid: 'uid of team/prod', installation });
  });

  it('is missing if one of the annotations is missing', () => {
    for (const key of ['deployment-uid', 'installation']) {
      assert.equal(
        provenOwner(changed(made(), { annotations: { [`spectrocloud.com/${key}`]: undefined } })),
        undefined,
      );
    }
    assert.equal(provenOwner({ ...made(), metadata: { name: 'foreign' } }), undefined);
  });
});

describe('the owner that an object on the hub names', () => {
  it('is its deployment, or the Environment of a probe', () => {
    assert.deepEqual(namedOwner(made()), { kind: 'WorkloadDeployment', namespace: 'apps', name: 'placement' });
    assert.deepEqual(namedOwner(aProbe()), { kind: 'Environment', namespace: 'team', name: 'prod' });
  });

  it('is unknown for other objects, and where the annotation is no key', () => {
    assert.equal(namedOwner({ ...made(), metadata: { name: 'a' } }), undefined);
    for (const key of ['', 'web', '/web', 'apps/', 'a/b/c']) {
      assert.equal(
        namedOwner(changed(made(), { annotations: { 'spectrocloud.com/deployment': key } })),
        undefined,
        key,
      );
    }
  });
});

describe('an object on the hub', () => {
  const from = (installation: string | undefined, object = made()) =>
    changed(object, { annotations: { 'spectrocloud.com/installation': installation } });
  const rows: [state: string | undefined, object: KubeObject, exists: boolean, why: string][] = [
    [undefined, made(), true, 'its deployment exists'],
    ['orphaned', made(), false, 'its deployment does not exist'],
    ['orphaned', aProbe(), false, 'its Environment does not exist'],
    ['foreign', from('another'), false, 'another installation has applied it'],
    ['foreign', from('another'), true, 'its deployment has not adopted it yet'],
    ['unproven', from(undefined), false, 'its annotations do not prove anything'],
    [undefined, from(undefined), true, 'a deployment of this name takes it over'],
    [undefined, { ...made(), metadata: { name: 'other' } }, false, 'mooring has not applied it'],
  ];
  for (const [state, object, exists, why] of rows) {
    it(`is ${state ?? 'no orphan'}: ${why}`, () => {
      assert.equal(orphanState(object, { installation: 'installation', exists: () => exists }), state);
    });
  }

  it('is foreign only if it names another installation', () => {
    const states = ['installation', undefined, 'another'].map((name) => isForeign(from(name), 'installation'));
    assert.deepEqual(states, [false, false, true]);
  });
});

describe('a Placement that names an Environment', () => {
  const known = deploymentFor(aPlacement({ from: 'team/prod@v1' }));
  const isRendered = (placement: KubeObject, owner: KubeObject | undefined = known) =>
    isRenderedFor(placement, anEnvironment(), { deployment: () => owner, hash: sha256 });
  const stampedWith = (stamp: string | undefined, namespace: string): KubeObject => ({
    ...changed(known, { annotations: { 'spectrocloud.com/environment-revision': stamp } }),
    metadata: {
      ...changed(known, { annotations: { 'spectrocloud.com/environment-revision': stamp } }).metadata,
      namespace,
    },
  });

  it('was rendered from it if its uid is that of a deployment that uses it, or of the Environment', () => {
    assert.equal(isRendered(made()), true);
    assert.equal(isRendered(aProbe()), true);
  });

  it('was rendered for a deployment in its namespace that admission has not stamped', () => {
    assert.equal(isRendered(made(), stampedWith(undefined, 'team')), true);
    assert.equal(isRendered(made(), stampedWith(undefined, 'apps')), false);
  });

  const annotated = (object: KubeObject, key: string, value?: string) =>
    changed(object, { annotations: { [`spectrocloud.com/${key}`]: value } });
  const labelled = (object: KubeObject, key: string, value: string) =>
    changed(object, { labels: { [`spectrocloud.com/${key}`]: value } });
  const forged: [why: string, placement: KubeObject, owner?: KubeObject][] = [
    ['it has no uid', annotated(made(), 'deployment-uid')],
    ['it has another uid than the deployment', annotated(made(), 'deployment-uid', 'x')],
    ['it has a label that is not the hash of the Environment', labelled(made(), 'environment-hash', 'x')],
    ['it has a label that is not the hash of the deployment', labelled(made(), 'deployment-hash', 'x')],
    ['it names another Environment', annotated(made(), 'environment', 'team/other@v1')],
    ['the deployment uses another Environment', made(), stampedWith('team/prod-2@v1', 'team')],
    ['it is a probe without a uid', annotated(aProbe(), 'environment-uid')],
    ['it is a probe with another uid than the Environment', annotated(aProbe(), 'environment-uid', 'x')],
    [
      'it is a probe with the uid of a deployment',
      annotated(annotated(aProbe(), 'environment-uid'), 'deployment-uid', 'uid of team/prod'),
    ],
  ];
  for (const [why, placement, owner = known] of forged) {
    it(`was not rendered from it if ${why}`, () => assert.equal(isRendered(placement, owner), false));
  }

  it('was not rendered from it if the deployment does not exist', () => {
    const options = { deployment: () => undefined, hash: sha256 };
    assert.equal(isRenderedFor(made(), anEnvironment(), options), false);
  });
});
