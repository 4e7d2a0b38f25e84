import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { overrideFindings } from '../../../src/domain/admission/override-findings.ts';
import { gatherPairings } from '../../../src/webhook/gather/pairings.ts';
import { createNameVisibility } from '../../../src/webhook/gather/name-visibility.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../support/environment-edits.ts';
import { factsOf } from '../../support/facts.ts';
import { profile } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';
import type { Pairing } from '../../../src/domain/admission/facts.ts';
import type { Violation } from '../../../src/domain/violation.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';
import type { GatherContext } from '../../../src/webhook/gather/context.ts';
import { simpleRender } from '../../support/controller-scene.ts';
import { gatherContextOf } from '../../support/gathering.ts';

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

/** An engine whose renders succeed. */
const rendering: GatherContext['topologies'] = {
  check: () => Promise.resolve({ ok: true, objects: [] }),
  render: () => Promise.resolve({ ok: true, objects: simpleRender({}, []) }),
};

interface Request {
  object?: KubeObject;
  oldObject?: KubeObject;
}

/** The pairs that a request combines, from objects in files. */
async function pairingsFor(
  objects: readonly KubeObject[],
  request: Request,
  hidden: string[] = [],
): Promise<readonly Pairing[]> {
  const { pairings = [] } = await gatherPairings(factsOf(request).request, {
    ...gatherContextOf(objects, { topologies: rendering }),
    visibility: createNameVisibility(({ namespace = '' }) => Promise.resolve(!hidden.includes(namespace))),
  });
  return pairings;
}

/** The problems of the pairs that a request combines. */
async function found(...[objects, request, hidden]: Parameters<typeof pairingsFor>): Promise<Violation[]> {
  return overrideFindings(factsOf(request).request.kind, await pairingsFor(objects, request, hidden));
}

const problemsOf = async (...args: Parameters<typeof found>) =>
  (await found(...args)).map(({ code, path }) => `${code} ${path}`);

describe('the pairs that a deployment combines', () => {
  const { objects } = editedEnvironment([specOf(missesName)]);
  const all = [...objects, profile('team')];
  const ofRef = 'OverrideMatchesNothing spec.environmentRef.name';

  it('are its Environment and its profile, in which overrides have problems', async () => {
    assert.deepEqual(await problemsOf(all, { object: placedDeployment() }), [ofRef]);
    const differing = editedEnvironment([specOf(missesType)]).objects;
    assert.deepEqual(await problemsOf([...differing, profile('team')], { object: placedDeployment() }), [
      'OverrideTypeDiffers spec.environmentRef.name',
    ]);
    const fitting = editedEnvironment([specOf(fits)]).objects;
    assert.deepEqual(await problemsOf([...fitting, profile('team')], { object: placedDeployment() }), []);
  });

  it('are gathered only if a ref is created or changed', async () => {
    const oldObject = placedDeployment();
    const labelled = placedDeployment({ spokeNamespace: 'store' });
    assert.deepEqual(await problemsOf(all, { object: labelled, oldObject }), []);
    assert.deepEqual(await problemsOf(all, { object: placedDeployment({ environmentRef: 'primary@v1' }), oldObject }), [
      ofRef,
    ]);
  });

  it('are empty while one of the two does not exist', async () => {
    assert.deepEqual(await problemsOf(objects, { object: placedDeployment() }), []);
    assert.deepEqual(await problemsOf([profile('team')], { object: placedDeployment() }), []);
  });

  it('contain the profile that the stamp names', async () => {
    const system = { ...profile('mural-system'), spec: profileSpec('uii') };
    const object = placedDeployment({
      metadata: { annotations: { [workloadProfileRevisionAnnotation]: 'mural-system/web@v1' } },
    });
    assert.deepEqual(await problemsOf([...all, system], { object }), []);
  });

  it('reveal the Environment only to a requester who may see it', async () => {
    const object = placedDeployment({ namespace: 'other', environmentNamespace: 'team' });
    const objectsOfOther = [...objects, profile('other')];
    const [open] = await found(objectsOfOther, { object });
    assert.match(open?.message ?? '', /Environment team\/primary/);
    const [closed] = await found(objectsOfOther, { object }, ['team']);
    assert.doesNotMatch(closed?.message ?? 'none', /team\/primary|none/);
  });

  it('reveal the components of the profile only to a requester who may see it', async () => {
    const bare = placedDeployment();
    const object = { ...bare, spec: { ...bare.spec, workloadProfileRef: { name: 'web', namespace: 'other' } } };
    const objectsOfBoth = [...objects, profile('other')];
    const [open] = await found(objectsOfBoth, { object });
    assert.match(open?.message ?? '', /did you mean "ui"/);
    const [closed] = await found(objectsOfBoth, { object }, ['other']);
    assert.match(closed?.message ?? '', /^Environment team\/primary: one of its overrides does not fit$/);
  });

  it('are empty for a deletion', async () => {
    assert.deepEqual(await problemsOf(all, { oldObject: placedDeployment() }), []);
  });
});

describe('the pairs of an edited Environment', () => {
  const ofPolicy = 'OverrideMatchesNothing spec.policies[0].properties.components[0].name';
  const editing = (ref: string, before: JsonObject[], after: JsonObject, version?: string) => {
    const { live, objects } = editedEnvironment(before);
    const object = nextEdit(live, version === undefined ? after : { ...after, version }, before.length + 1);
    const deployment = placedDeployment({ environmentRef: ref });
    return problemsOf([...objects, profile('team'), deployment], { object, oldObject: live });
  };
  const versioned = (version: string, ...policies: JsonObject[]) => environmentSpec({ policies, version });

  const edits: { why: string; ref: string; before: JsonObject[]; after: JsonObject; finds: string[] }[] = [
    { why: 'a floating ref', ref: 'primary', before: [specOf()], after: specOf(missesName), finds: [ofPolicy] },
    {
      why: 'a problem that existed before',
      ref: 'primary',
      before: [specOf(missesName)],
      after: specOf(missesName, fits),
      finds: [],
    },
    {
      why: 'a ref that is pinned to the previous revision',
      ref: 'primary@v1',
      before: [specOf()],
      after: specOf(missesName),
      finds: [],
    },
    {
      why: 'a range of an older minor line',
      ref: 'primary@v1.3',
      before: [versioned('1.3.5'), versioned('1.4.0')],
      after: versioned('1.3.6', missesName),
      finds: [ofPolicy],
    },
    {
      why: 'a range of another minor line',
      ref: 'primary@v1.3',
      before: [versioned('1.3.5')],
      after: versioned('1.4.0', missesName),
      finds: [],
    },
    {
      why: 'a range that could not be resolved before',
      ref: 'primary@v1.4',
      before: [versioned('1.3.5', missesName)],
      after: versioned('1.4.0', missesName, fits),
      finds: [ofPolicy],
    },
    {
      why: 'an edit of the topology alone',
      ref: 'primary',
      before: [specOf(missesName)],
      after: environmentSpec({ policies: [missesName], placement: { numberOfClusters: 3 } }),
      finds: [],
    },
  ];
  for (const { why, ref, before, after, finds } of edits) {
    it(`have ${finds.length === 0 ? 'no new problem' : 'a new problem'} with ${why}`, async () => {
      assert.deepEqual(await editing(ref, before, after), finds);
    });
  }

  it('are gathered on creation, because deployments may be older than their Environment', async () => {
    const { live, objects } = editedEnvironment([specOf(missesName)]);
    const others = objects.filter(({ kind }) => kind !== 'Environment' && kind !== 'DefinitionRevision');
    const all = [...others, profile('team'), placedDeployment()];
    assert.deepEqual(await problemsOf(all, { object: live }), [ofPolicy]);
    const pinned = placedDeployment({ environmentRef: 'primary@v2' });
    assert.deepEqual(await problemsOf([...others, profile('team'), pinned], { object: live }), []);
  });

  it('are gathered once for each profile, and at most a hundred', async () => {
    const { live, objects } = editedEnvironment([specOf()]);
    const profiles = Array.from({ length: 120 }, (_, index) => profile('team', `p${index}`));
    const users = profiles.flatMap(({ metadata: { name } }) =>
      ['one', 'two'].map((user) => {
        const bare = placedDeployment({ name: `${name}-${user}` });
        return { ...bare, spec: { ...bare.spec, workloadProfileRef: { name } } };
      }),
    );
    const request = { object: nextEdit(live, specOf(missesName), 2), oldObject: live };
    assert.equal((await pairingsFor([...objects, ...profiles, ...users], request)).length, 100);
    assert.equal((await found([...objects, ...profiles, ...users], request)).length, 100);
  });
});

describe('the pairs of an edited profile', () => {
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

  it('have the problems that the edit causes for its users', async () => {
    const { live, objects } = edited('team', [profileSpec('ui')]);
    const all = [...environments, ...objects, placedDeployment()];
    assert.deepEqual(await problemsOf(all, { object: nextEdit(live, profileSpec('uii'), 2), oldObject: live }), [
      ofComponents,
    ]);
    assert.deepEqual(
      await problemsOf(all, { object: nextEdit(live, profileSpec('ui', 'worker'), 2), oldObject: live }),
      [],
    );
  });

  it('do not contain deployments that are pinned to the previous revision', async () => {
    const { live, objects } = edited('team', [profileSpec('ui')]);
    const bare = placedDeployment();
    const pinned = { ...bare, spec: { ...bare.spec, workloadProfileRef: { name: 'web@v1' } } };
    const request = { object: nextEdit(live, profileSpec('uii'), 2), oldObject: live };
    assert.deepEqual(await problemsOf([...environments, ...objects, pinned], request), []);
  });

  it('do not contain deployments with a profile of that name in their own namespace', async () => {
    const { live, objects } = edited('mural-system', [profileSpec('ui')]);
    const own = { ...profile('team'), spec: profileSpec('ui') };
    const request = { object: nextEdit(live, profileSpec('uii'), 2), oldObject: live };
    const all = [...environments, ...objects, placedDeployment()];
    assert.deepEqual(await problemsOf(all, request), [ofComponents]);
    assert.deepEqual(await problemsOf([...all, own], request), []);
  });

  it('are gathered on creation, because deployments may be older than their profile', async () => {
    const { live } = edited('team', [profileSpec('uii')]);
    assert.deepEqual(await problemsOf([...environments, placedDeployment()], { object: live }), [ofComponents]);
    const { live: fitting } = edited('team', [profileSpec('ui')]);
    assert.deepEqual(await problemsOf([...environments, placedDeployment()], { object: fitting }), []);
  });

  it('are gathered when a profile takes precedence over one in the system namespace', async () => {
    const { objects } = edited('mural-system', [profileSpec('ui')]);
    const { live } = edited('team', [profileSpec('uii')]);
    const all = [...environments, ...objects, placedDeployment()];
    assert.deepEqual(await problemsOf(all, { object: live }), [ofComponents]);
    const { live: system } = edited('mural-system', [profileSpec('uii')]);
    const own = { ...profile('team'), spec: profileSpec('ui') };
    assert.deepEqual(await problemsOf([...environments, own, placedDeployment()], { object: system }), []);
  });
});

describe('the renders of pairs', () => {
  const { objects } = editedEnvironment([specOf(fits)]);
  const failing: GatherContext['topologies'] = {
    check: () => Promise.resolve({ ok: true, objects: [] }),
    render: () => Promise.resolve({ ok: false, reason: 'InvalidTemplate', violations: [{ path: [], message: 'why' }] }),
  };
  const factsFor = (object: KubeObject, known: Parameters<typeof gatherPairings>[2], others = objects) =>
    gatherPairings(
      factsOf({ object }).request,
      gatherContextOf([...others, profile('team')], { topologies: failing }),
      known,
    );

  it('are evaluated for a new deployment, and for a new Environment without deployments', async () => {
    const { pairings } = await factsFor(placedDeployment(), {});
    assert.equal(pairings?.[0]?.render?.state, 'failed');
    const { sampleRender } = await factsFor(editedEnvironment([specOf(fits)]).live, {}, []);
    assert.deepEqual(sampleRender, { state: 'failed', message: 'why' });
  });

  it('are not begun if a render of the request was stopped already', async () => {
    const stopped = [{ environment: { namespace: 'team', name: 'primary' }, isStopped: true, message: 'slow' }];
    const { pairings } = await factsFor(placedDeployment(), { unrendered: stopped });
    assert.deepEqual([pairings?.length, pairings?.[0]?.render], [1, undefined]);
    const unchecked = { topology: { state: 'unchecked', problem: 'slow' } } as const;
    assert.deepEqual(await factsFor(editedEnvironment([specOf(fits)]).live, unchecked, []), {});
  });
});
