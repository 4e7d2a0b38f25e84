import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import type { GatherOptions } from '../../../src/webhook/gather/context.ts';
import { gatherReferences, needsLiveReferences, referencesToRead } from '../../../src/webhook/gather/references.ts';
import { requestFacts } from '../../../src/webhook/gather/request-facts.ts';
import { gatherContextOf, gathered } from '../../support/gathering.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { requestFor } from '../../support/webhook-sources.ts';

const found = (
  objects: readonly KubeObject[],
  request: { object: KubeObject; oldObject?: KubeObject },
  options: Partial<GatherOptions> = {},
) => gathered(gatherReferences, request, gatherContextOf(objects, options));

/** A deployment with stamps of both refs. */
const stamped = (profileStamp = 'team/web@v1') => {
  const bare = deployment('team');
  const annotations = {
    [workloadProfileRevisionAnnotation]: profileStamp,
    [environmentRevisionAnnotation]: 'team/primary@v1',
  };
  return { ...bare, metadata: { ...bare.metadata, annotations } };
};

describe('the references of a deployment', () => {
  it('are the Environment and the profile that it refers to', async () => {
    const facts = await found([environment('team'), profile('team')], { object: deployment('team') });
    assert.equal(facts.environment?.history?.newest.revision, 1);
    assert.equal(facts.workloadProfile?.namespace, 'team');
  });

  it('include a profile in the system namespace', async () => {
    const { workloadProfile } = await found([profile('mural-system')], { object: deployment('team') });
    assert.equal(workloadProfile?.namespace, 'mural-system');
  });

  it('keep the namespace in the stamp of an unchanged ref, though another profile exists', async () => {
    const object = stamped('mural-system/web@v1');
    const objects = [profile('team'), profile('mural-system')];
    const { workloadProfile } = await found(objects, { object, oldObject: object });
    assert.equal(workloadProfile?.namespace, 'mural-system');
  });

  it('do not trust the stamp of a new deployment', async () => {
    const objects = [profile('team'), profile('mural-system')];
    const { workloadProfile } = await found(objects, { object: stamped('mural-system/web@v1') });
    assert.equal(workloadProfile?.namespace, 'team');
  });

  it('have no history if the object does not exist', async () => {
    const { environment: missing } = await found([], { object: deployment('team') });
    assert.deepEqual([missing?.history, missing?.namespace], [undefined, 'team']);
  });

  it('do not include a ref that cannot be parsed, which InvalidSpec reports', async () => {
    const object = deployment('team', { environmentRef: 'primary@' });
    assert.equal((await found([], { object })).environment, undefined);
  });

  it('are not gathered for other kinds and for deletions', async () => {
    assert.deepEqual(await found([], { object: environment('team') }), {});
    assert.deepEqual(await gathered(gatherReferences, { oldObject: deployment('team') }), {});
  });

  const notReady: { where: string; namespace: string; hidden: boolean; visible: boolean }[] = [
    { where: 'another namespace', namespace: 'platform', hidden: true, visible: false },
    { where: 'another namespace that the requester may see', namespace: 'platform', hidden: false, visible: true },
    { where: 'its own namespace', namespace: 'team', hidden: true, visible: true },
    { where: 'the system namespace', namespace: 'mural-system', hidden: true, visible: true },
  ];
  for (const { where, namespace, hidden, visible } of notReady) {
    it(`${visible ? 'reveal' : 'do not reveal'} why an Environment in ${where} is not ready`, async () => {
      const condition = { type: 'EnvironmentReady', status: 'False', reason: 'TooFew', message: 'no cluster' };
      const unready: KubeObject = Object.assign(environment(namespace), { status: { conditions: [condition] } });
      const asked: string[] = [];
      const isAllowed: GatherOptions['isAllowed'] = (_user, { verb, resource }) => {
        if (verb === 'get' && resource === 'environments') asked.push(resource);
        return Promise.resolve(verb !== 'get' || !hidden);
      };
      const object = placedDeployment({ environmentNamespace: namespace });
      const { environment: reference } = await found([unready], { object }, { isAllowed });
      assert.deepEqual(reference?.notReady, { reason: 'TooFew', message: 'no cluster', visible });
      assert.deepEqual(asked, namespace === 'platform' ? ['environments'] : []);
    });
  }

  for (const visible of [true, false]) {
    it(`${visible ? 'list' : 'do not list'} the existing objects if the requester ${visible ? 'may' : 'may not'} see them`, async () => {
      const isAllowed: GatherOptions['isAllowed'] = (_user, { verb }) => Promise.resolve(verb !== 'get' || visible);
      const objects = [environment('team', { name: 'dev' }), environment('other'), profile('team', 'api')];
      const facts = await found(objects, { object: placedDeployment() }, { isAllowed });
      assert.deepEqual(facts.environment?.others, visible ? ['dev'] : undefined);
      assert.deepEqual(facts.workloadProfile?.others, visible ? ['api'] : undefined);
    });
  }
});

describe('the references that mutation needs', () => {
  const read = async (object: KubeObject, oldObject?: KubeObject) => {
    const facts = requestFacts(requestFor(object, oldObject), 'mutate');
    const context = gatherContextOf([environment('team'), profile('team')]);
    const { environment: first, workloadProfile } = await gatherReferences(facts, context);
    assert.deepEqual(
      referencesToRead(facts, 'mural-system').map(({ kind }) => kind),
      [...(first ? ['Environment'] : []), ...(workloadProfile ? ['WorkloadProfile'] : [])],
    );
    return [first !== undefined, workloadProfile !== undefined];
  };
  const pinned = (stamp: string) => {
    const before = stamped();
    const annotations = { ...before.metadata.annotations, [environmentRevisionAnnotation]: stamp };
    const spec = { ...before.spec, environmentRef: { name: 'primary@v1' } };
    return { ...before, metadata: { ...before.metadata, annotations }, spec };
  };

  it('are those that it stamps: new ones, changed ones, and those whose stamp is not complete', async () => {
    assert.deepEqual(await read(deployment('team')), [true, true], 'a new deployment');
    assert.deepEqual(await read(stamped(), stamped()), [false, false], 'both stamps are complete');
    assert.deepEqual(await read(pinned('team/primary@v1'), stamped()), [true, false], 'one ref changes');
    assert.deepEqual(await read(stamped(), deployment('team')), [true, true], 'there are no stamps');
    const early = pinned('team/primary@v1');
    assert.deepEqual(await read(early, early), [true, false], 'an early version of mooring wrote no hash');
    const complete = pinned('team/primary@v1#h1:a');
    assert.deepEqual(await read(complete, complete), [false, false]);
  });
});

describe('the pin policy of a namespace', () => {
  it('is read only if a ref is created or changed', async () => {
    const read: string[] = [];
    const options: Partial<GatherOptions> = {
      namespaceState: (namespace) => {
        read.push(namespace);
        return Promise.resolve({ labels: { 'spectrocloud.com/pin-refs': 'true' }, terminating: false });
      },
    };
    assert.equal((await found([], { object: deployment('team') }, options)).pinRefs, 'true');
    const object = stamped();
    assert.equal((await found([], { object, oldObject: object }, options)).pinRefs, undefined);
    assert.deepEqual(read, ['team']);
  });
});

describe('live references', () => {
  it('are needed if a stamp will be written, and only then', () => {
    assert.equal(needsLiveReferences(requestFor(deployment('team'))), true);
    assert.equal(needsLiveReferences(requestFor(stamped(), stamped())), false);
    assert.equal(needsLiveReferences(requestFor(deployment('team'), stamped())), false, 'the old stamps are kept');
    assert.equal(needsLiveReferences(requestFor(stamped(), deployment('team'))), true, 'the old object has no stamp');
    assert.equal(needsLiveReferences(requestFor(environment('team'))), false);
  });
});
