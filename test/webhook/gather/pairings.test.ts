import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { gatherOverrides } from '../../../src/webhook/gather/pairings.ts';
import { createNameVisibility } from '../../../src/webhook/gather/name-visibility.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../support/environment-edits.ts';
import { factsOf } from '../../support/facts.ts';
import { profile } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';
import type { Violation } from '../../../src/domain/violation.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';
import { filesOf } from '../../support/catalog.ts';

/** A policy for one component of `profile`, which is `ui` of type `webservice`. */
const policy = (patch: JsonObject): JsonObject => ({
  name: 'small',
  type: 'override',
  properties: { components: [{ properties: { port: 80 }, ...patch }] },
});
const fits = policy({ name: 'ui' });
const missesName = policy({ name: 'uii' });
const missesType = policy({ name: 'ui', type: 'worker' });
const specOf = (...policies: JsonObject[]) => environmentSpec({ policies });
const profileSpec = (name: string, type = 'webservice', version?: string): JsonObject => ({
  ...(version === undefined ? {} : { version }),
  workload: { components: [{ name, type, properties: {} }] },
});

interface Request {
  object?: KubeObject;
  oldObject?: KubeObject;
}

function found(objects: readonly KubeObject[], request: Request, hidden: string[] = []): Promise<Violation[]> {
  return gatherOverrides(factsOf(request).request, {
    ...filesOf(objects),
    visibility: createNameVisibility(({ namespace }) => Promise.resolve(!hidden.includes(namespace))),
  });
}

const said = async (...args: Parameters<typeof found>) =>
  (await found(...args)).map(({ code, path }) => `${code} ${path}`);

describe('what overrides have to say about a deployment', () => {
  const { objects } = editedEnvironment([specOf(missesName)]);
  const all = [...objects, profile('team')];
  const ofRef = 'OverrideMatchesNothing spec.environmentRef.name';

  it('is what the policies of its Environment find in its profile', async () => {
    assert.deepEqual(await said(all, { object: placedDeployment() }), [ofRef]);
    const differing = editedEnvironment([specOf(missesType)]).objects;
    assert.deepEqual(await said([...differing, profile('team')], { object: placedDeployment() }), [
      'OverrideTypeDiffers spec.environmentRef.name',
    ]);
    const fitting = editedEnvironment([specOf(fits)]).objects;
    assert.deepEqual(await said([...fitting, profile('team')], { object: placedDeployment() }), []);
  });

  it('is said only where a ref is made or changed', async () => {
    const oldObject = placedDeployment();
    const labelled = placedDeployment({ spokeNamespace: 'store' });
    assert.deepEqual(await said(all, { object: labelled, oldObject }), []);
    assert.deepEqual(await said(all, { object: placedDeployment({ environmentRef: 'primary@v1' }), oldObject }), [
      ofRef,
    ]);
  });

  it('is nothing as long as one of both is missing', async () => {
    assert.deepEqual(await said(objects, { object: placedDeployment() }), []);
    assert.deepEqual(await said([profile('team')], { object: placedDeployment() }), []);
  });

  it('is about the profile that its stamp settled on', async () => {
    const system = { ...profile('mural-system'), spec: profileSpec('uii') };
    const object = placedDeployment({
      metadata: { annotations: { [workloadProfileRevisionAnnotation]: 'mural-system/web@v1' } },
    });
    assert.deepEqual(await said([...all, system], { object }), []);
  });

  it('names the Environment only to who may see it', async () => {
    const object = placedDeployment({ namespace: 'other', environmentNamespace: 'team' });
    const objectsOfOther = [...objects, profile('other')];
    const [open] = await found(objectsOfOther, { object });
    assert.match(open?.message ?? '', /Environment team\/primary/);
    const [closed] = await found(objectsOfOther, { object }, ['team']);
    assert.doesNotMatch(closed?.message ?? 'none', /team\/primary|none/);
  });

  it('tells of the components of a profile only to who may see it', async () => {
    const bare = placedDeployment();
    const object = { ...bare, spec: { ...bare.spec, workloadProfileRef: { name: 'web', namespace: 'other' } } };
    const objectsOfBoth = [...objects, profile('other')];
    const [open] = await found(objectsOfBoth, { object });
    assert.match(open?.message ?? '', /did you mean "ui"/);
    const [closed] = await found(objectsOfBoth, { object }, ['other']);
    assert.match(closed?.message ?? '', /^Environment team\/primary: an override of it does not fit$/);
  });

  it('is nothing about a deletion', async () => {
    assert.deepEqual(await said(all, { oldObject: placedDeployment() }), []);
  });
});

describe('what overrides have to say about an edit of an Environment', () => {
  const ofPolicy = 'OverrideMatchesNothing spec.policies[0].properties.components[0].name';
  const editing = (ref: string, before: JsonObject[], after: JsonObject, version?: string) => {
    const { live, objects } = editedEnvironment(before);
    const object = nextEdit(live, version === undefined ? after : { ...after, version }, before.length + 1);
    const follower = placedDeployment({ environmentRef: ref });
    return said([...objects, profile('team'), follower], { object, oldObject: live });
  };
  const versioned = (version: string, ...policies: JsonObject[]) => environmentSpec({ policies, version });

  const edits: { why: string; ref: string; before: JsonObject[]; after: JsonObject; finds: string[] }[] = [
    { why: 'a follower', ref: 'primary', before: [specOf()], after: specOf(missesName), finds: [ofPolicy] },
    {
      why: 'what was so before',
      ref: 'primary',
      before: [specOf(missesName)],
      after: specOf(missesName, fits),
      finds: [],
    },
    {
      why: 'who is pinned to what was the newest',
      ref: 'primary@v1',
      before: [specOf()],
      after: specOf(missesName),
      finds: [],
    },
    {
      why: 'a range of a line that is not the newest',
      ref: 'primary@v1.3',
      before: [versioned('1.3.5'), versioned('1.4.0')],
      after: versioned('1.3.6', missesName),
      finds: [ofPolicy],
    },
    {
      why: 'a range of another line',
      ref: 'primary@v1.3',
      before: [versioned('1.3.5')],
      after: versioned('1.4.0', missesName),
      finds: [],
    },
    {
      why: 'a range that had nothing to mean before',
      ref: 'primary@v1.4',
      before: [versioned('1.3.5', missesName)],
      after: versioned('1.4.0', missesName, fits),
      finds: [ofPolicy],
    },
    {
      why: 'another topology alone',
      ref: 'primary',
      before: [specOf(missesName)],
      after: environmentSpec({ policies: [missesName], placement: { numberOfClusters: 3 } }),
      finds: [],
    },
  ];
  for (const { why, ref, before, after, finds } of edits) {
    it(`is ${finds.length === 0 ? 'nothing' : 'said'} for the sake of ${why}`, async () => {
      assert.deepEqual(await editing(ref, before, after), finds);
    });
  }

  it('is nothing on creation, when nobody uses it yet', async () => {
    const { live, objects } = editedEnvironment([specOf(missesName)]);
    assert.deepEqual(await said([...objects, profile('team'), placedDeployment()], { object: live }), []);
  });

  it('is said once for each profile, and of a hundred at most', async () => {
    const { live, objects } = editedEnvironment([specOf()]);
    const profiles = Array.from({ length: 120 }, (_, index) => profile('team', `p${index}`));
    const users = profiles.flatMap(({ metadata: { name } }) =>
      ['one', 'two'].map((user) => {
        const bare = placedDeployment({ name: `${name}-${user}` });
        return { ...bare, spec: { ...bare.spec, workloadProfileRef: { name } } };
      }),
    );
    const request = { object: nextEdit(live, specOf(missesName), 2), oldObject: live };
    assert.equal((await found([...objects, ...profiles, ...users], request)).length, 100);
  });
});

describe('what overrides have to say about an edit of a profile', () => {
  const environments = editedEnvironment([specOf(fits)]).objects;
  const edited = (namespace: string, specs: readonly JsonObject[]): { live: Definition; objects: KubeObject[] } => {
    const { definition, objects } = recordedEdits(
      'WorkloadProfile',
      specs.map((spec) => ({ spec })),
      { namespace, name: 'web' },
    );
    return { live: definition, objects: objects.map(([, object]) => object) };
  };
  const ofComponents = 'OverrideMatchesNothing spec.workload.components';

  it('is what the policies of its users do not find any more', async () => {
    const { live, objects } = edited('team', [profileSpec('ui')]);
    const all = [...environments, ...objects, placedDeployment()];
    assert.deepEqual(await said(all, { object: nextEdit(live, profileSpec('uii'), 2), oldObject: live }), [
      ofComponents,
    ]);
    assert.deepEqual(await said(all, { object: nextEdit(live, profileSpec('ui', 'worker'), 2), oldObject: live }), []);
  });

  it('is nothing for who stays at what was the newest', async () => {
    const { live, objects } = edited('team', [profileSpec('ui')]);
    const bare = placedDeployment();
    const pinned = { ...bare, spec: { ...bare.spec, workloadProfileRef: { name: 'web@v1' } } };
    const request = { object: nextEdit(live, profileSpec('uii'), 2), oldObject: live };
    assert.deepEqual(await said([...environments, ...objects, pinned], request), []);
  });

  it('is nothing for who has a profile of that name in his own namespace', async () => {
    const { live, objects } = edited('mural-system', [profileSpec('ui')]);
    const own = { ...profile('team'), spec: profileSpec('ui') };
    const request = { object: nextEdit(live, profileSpec('uii'), 2), oldObject: live };
    const all = [...environments, ...objects, placedDeployment()];
    assert.deepEqual(await said(all, request), [ofComponents]);
    assert.deepEqual(await said([...all, own], request), []);
  });
});
