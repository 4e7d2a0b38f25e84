import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Facts } from '../../../src/domain/admission/facts.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import type { TopologyResult } from '../../../src/topology/topology-result.ts';
import type { GatherOptions } from '../../../src/webhook/gather/context.ts';
import { gather, needsLiveReferences } from '../../../src/webhook/gather/gather.ts';
import type { AdmissionRequest } from '../../../src/webhook/review/review.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import { deletionOf } from '../../support/deletion-request.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../support/environment-edits.ts';
import { guest, lifecycleTopologies, owned } from '../../support/lifecycle-topology.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { offlineLookup, requestFor, webhookSources } from '../../support/webhook-sources.ts';

const { signal } = new AbortController();

function factsFor(
  objects: readonly KubeObject[],
  [object, oldObject]: [KubeObject, KubeObject?],
  sources: GatherOptions = webhookSources(),
): Promise<Facts> {
  return gather(requestFor(object, oldObject), 'mutate', offlineLookup(objects), sources, signal);
}

function withTemplate(template: string, name = 'edge'): KubeObject & { spec: { schematic: object } } {
  const labels = { 'policydefinition.spectrocloud.com/type': 'topology' };
  const metadata = { namespace: 'mural-system', name, labels };
  const spec = { schematic: { cue: { template } } };
  return { apiVersion: 'spectrocloud.com/v1beta1', kind: 'PolicyDefinition', metadata, spec };
}

const stopped = (reason: 'InvalidParameter' | 'InvalidTemplate' | 'DeadlineExceeded'): TopologyResult => ({
  ok: false,
  reason,
  violations: [{ path: ['a'], message: 'why' }],
});

describe('gathering for a request', () => {
  it('finds the Environment and the profile that a deployment refers to', async () => {
    const objects = [environment('team'), profile('team')];
    const { environment: found, workloadProfile } = await factsFor(objects, [deployment('team')]);
    assert.deepEqual(found?.history?.newest, { revision: 1 });
    assert.equal(workloadProfile?.namespace, 'team');
  });

  it('looks for a profile in the system namespace too', async () => {
    const { workloadProfile } = await factsFor([profile('mural-system')], [deployment('team')]);
    assert.equal(workloadProfile?.namespace, 'mural-system');
  });

  it('stays with the namespace that the stamp of an unchanged ref settled on, whatever profile appears', async () => {
    const old = deployment('team');
    const annotations = { [workloadProfileRevisionAnnotation]: 'mural-system/web@v1' };
    const stamped = { ...old, metadata: { ...old.metadata, annotations } };
    const objects = [profile('team'), profile('mural-system')];
    const { workloadProfile } = await factsFor(objects, [stamped, stamped]);
    assert.equal(workloadProfile?.namespace, 'mural-system');
  });

  it('has no history for what is not there', async () => {
    const { environment: found } = await factsFor([], [deployment('team')]);
    assert.equal(found?.history, undefined);
    assert.equal(found?.namespace, 'team');
  });

  it('leaves a ref that cannot be read to the grammar', async () => {
    assert.equal((await factsFor([], [deployment('team', { environmentRef: 'primary@' })])).environment, undefined);
  });

  it('asks the namespace about pins only where a ref is made or changed', async () => {
    const sources = webhookSources({
      namespaceState: () => Promise.resolve({ labels: { 'spectrocloud.com/pin-refs': 'true' }, terminating: false }),
    });
    assert.equal((await factsFor([], [deployment('team')], sources)).pinRefs, 'true');
    const old = deployment('team');
    const annotations = {
      [workloadProfileRevisionAnnotation]: 'team/web@v1',
      [environmentRevisionAnnotation]: 'team/primary@v1',
    };
    const stamped = { ...old, metadata: { ...old.metadata, annotations } };
    assert.equal((await factsFor([], [stamped, stamped], sources)).pinRefs, undefined);
  });

  const checks = [
    { result: stopped('InvalidParameter'), state: 'checked', why: 'its words are about the properties' },
    { result: stopped('InvalidTemplate'), state: 'unchecked', why: 'the properties cannot be judged by it' },
    { result: stopped('DeadlineExceeded'), state: 'unchecked', why: 'nobody knows' },
  ] as const;
  for (const { result, state, why } of checks) {
    const reason = result.ok ? '' : result.reason;
    it(`counts a topology as ${state} after ${reason}: ${why}`, async () => {
      const { topology } = await factsFor([], [environment('team')], webhookSources({}, result));
      assert.equal(topology?.state, state);
    });
  }

  it('checks the topology of an Environment only where it changes', async () => {
    const same = environment('team');
    assert.equal((await factsFor([], [same, same])).topology, undefined);
  });

  it('leaves out the lifecycle defaults of the topology that an Environment had before, which the user never wrote', async () => {
    const lifecycle = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
    const placement = { placementRefs: [{ name: 'gpu' }] };
    const left = { manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle } }, ...placement };
    const old = environment('team', { lifecycle });
    const object = environment('team', { topology: { type: 'topology-ocm-byop', properties: left } });
    const { request } = await factsFor([], [object, old]);
    assert.deepEqual(request.object?.spec?.['topology'], { type: 'topology-ocm-byop', properties: placement });
    assert.equal(request.submitted === undefined, false);
    const wished = { ...lifecycle, workload: { orphan: true } };
    const written = environment('team', {
      topology: {
        type: 'topology-ocm-byop',
        properties: { manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: wished } } },
      },
    });
    assert.equal(
      (await factsFor([], [written, old])).request.submitted,
      undefined,
      'what somebody wrote is theirs to mend',
    );
  });

  it('knows a custom topology by its PolicyDefinition, and one without as unknown', async () => {
    const custom = environment('team', { topology: { type: 'edge' } });
    assert.equal((await factsFor([withTemplate('output: {}')], [custom])).topology?.state, 'checked');
    assert.equal((await factsFor([], [custom])).topology?.state, 'unknown');
  });

  it('repeats what CUE says of a template, and notes one that does not end', async () => {
    const definition = withTemplate('output: {');
    const refused = await factsFor([], [definition], webhookSources({}, stopped('InvalidTemplate')));
    assert.deepEqual(refused.templateProblems, ['why']);
    const endless = await factsFor([], [definition], webhookSources({}, stopped('DeadlineExceeded')));
    assert.equal(endless.topology?.state, 'unchecked');
    const missing = await factsFor([], [definition], webhookSources({}, stopped('InvalidParameter')));
    assert.equal(missing.templateProblems, undefined);
  });

  it('reads live references where a stamp is to be written, and only there', () => {
    assert.equal(needsLiveReferences(requestFor(deployment('team'))), true);
    assert.equal(needsLiveReferences(requestFor(environment('team'))), false);
  });
});

describe('gathering what a request does to others', () => {
  const { live, objects } = editedEnvironment([environmentSpec({ lifecycle: owned })], { selected: ['a'] });
  const web = placedDeployment({ lifecycle: owned, clusters: ['a'], revision: 1 });
  const api = placedDeployment({ name: 'api', lifecycle: guest, clusters: ['a'], revision: 1 });
  const foreign = placedDeployment({ namespace: 'other', lifecycle: guest, clusters: ['a'], revision: 1 });
  const all = [...objects, web, api, foreign];
  const edit = nextEdit(live, environmentSpec({ lifecycle: guest }), 2);
  const { topologies } = lifecycleTopologies();

  interface Around extends Partial<GatherOptions> {
    terminating?: boolean;
    phase?: 'mutate' | 'validate';
  }
  const gathered = (request: AdmissionRequest, { terminating = false, phase = 'validate', ...over }: Around = {}) =>
    gather(
      request,
      phase,
      offlineLookup(all),
      webhookSources({ topologies, namespaceState: () => Promise.resolve({ labels: {}, terminating }), ...over }),
      signal,
    );
  const neighboursOf = ({ changes = [] }: Facts) =>
    changes.flatMap(({ peers }) => peers.map(({ namespace, name }) => `${namespace}/${name}`)).toSorted();

  it('finds what an edit of an Environment does to its followers, and what its new topology renders', async () => {
    const { changes = [], shape } = await gathered(requestFor(edit, live));
    assert.deepEqual(
      changes.map(({ deployment: { name } }) => name),
      ['web'],
    );
    assert.equal(shape?.replicaSets.length, 1);
  });

  it('renders no topology that stays as it is', async () => {
    const policies = [{ name: 'small', type: 'override', properties: { selector: ['ui'] } }];
    const { renders, topologies: counted } = lifecycleTopologies();
    const object = nextEdit(live, environmentSpec({ lifecycle: owned, policies }), 2);
    const { shape, changes } = await gathered(requestFor(object, live), { topologies: counted });
    assert.deepEqual([shape, changes, renders()], [undefined, [], 0]);
  });

  it('looks at others only once an object is as it is going to be stored', async () => {
    assert.equal((await gathered(requestFor(edit, live), { phase: 'mutate' })).changes, undefined);
  });

  it('finds what a deployment does, and whom a deletion of it concerns', async () => {
    const { changes = [] } = await gathered(requestFor(placedDeployment({ name: 'new' })));
    assert.deepEqual(
      changes.map(({ desired }) => desired?.lifecycle),
      [owned],
    );
    assert.deepEqual(neighboursOf(await gathered(deletionOf(web))), ['other/web', 'team/api']);
  });

  it('spares nothing for the sake of what is in the same terminating namespace', async () => {
    assert.deepEqual(neighboursOf(await gathered(deletionOf(web), { terminating: true })), ['other/web']);
  });

  it('finds who uses an Environment that is to be deleted', async () => {
    const { referrers = [], changes } = await gathered(deletionOf(live));
    assert.deepEqual(
      referrers.map(({ namespace, name }) => `${namespace}/${name}`),
      ['team/api', 'team/web'],
    );
    assert.equal(changes, undefined);
    assert.deepEqual((await gathered(deletionOf(live), { terminating: true })).referrers, []);
  });

  it('looks at nothing for the sake of an object that is on its way out', async () => {
    const metadata = { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    const facts = await gathered(
      requestFor({ ...edit, metadata: { ...edit.metadata, ...metadata } }, { ...live, metadata }),
    );
    assert.deepEqual([facts.changes, facts.referrers, facts.overrides], [undefined, undefined, undefined]);
  });

  for (const isLive of [true, false]) {
    it(`asks ${isLive ? 'who may see others before they are named' : 'nobody for a first look'}`, async () => {
      const asked: string[] = [];
      const isAllowed: GatherOptions['isAllowed'] = (_user, { verb, namespace }) => {
        asked.push(`${verb} ${namespace}`);
        return Promise.resolve(namespace === 'team');
      };
      const sources = webhookSources({ topologies, isAllowed });
      const { changes = [] } = await gather(
        deletionOf(web),
        'validate',
        { ...offlineLookup(all), isLive },
        sources,
        signal,
      );
      const visible = changes.flatMap(({ peers }) => peers.map(({ namespace, visible: is }) => [namespace, is]));
      assert.deepEqual(Object.fromEntries(visible), { team: isLive, other: false });
      assert.deepEqual(asked.toSorted(), isLive ? ['get other', 'get team'] : []);
    });
  }

  it('looks for what a version rests on only once an object is as it is going to be stored', async () => {
    const published = nextEdit(live, environmentSpec({ lifecycle: owned, version: '1.0.0' }), 2);
    const pinned = placedDeployment({ name: 'pinned', environmentRef: 'primary@v1' });
    const facts = (phase: 'mutate' | 'validate') =>
      gather(requestFor(published, live), phase, offlineLookup([...all, pinned]), webhookSources(), signal);
    assert.deepEqual((await facts('validate')).shadowedPins, [
      { kind: 'WorkloadDeployment', namespace: 'team', name: 'pinned', visible: true },
    ]);
    assert.equal((await facts('mutate')).shadowedPins, undefined);
    const again = nextEdit({ ...published, status: { revision: 2 } }, environmentSpec({ version: '1.0.0' }), 3);
    const spec = async (phase: 'mutate' | 'validate') =>
      (await gather(requestFor(again, published), phase, offlineLookup([published]), webhookSources(), signal))
        .publishedSpec;
    assert.deepEqual(await spec('validate'), published.spec);
    assert.equal(await spec('mutate'), undefined);
  });

  const notReady: { where: string; namespace: string; hidden: boolean; visible: boolean }[] = [
    { where: 'another namespace', namespace: 'platform', hidden: true, visible: false },
    { where: 'another namespace that may be seen', namespace: 'platform', hidden: false, visible: true },
    { where: 'its own namespace', namespace: 'team', hidden: true, visible: true },
    { where: 'the system namespace', namespace: 'mural-system', hidden: true, visible: true },
  ];
  for (const { where, namespace, hidden, visible } of notReady) {
    it(`says why an Environment in ${where} is not ready ${visible ? 'too' : 'to nobody who may only use it'}`, async () => {
      const condition = { type: 'EnvironmentReady', status: 'False', reason: 'TooFew', message: 'no cluster' };
      const judged: KubeObject = Object.assign(environment(namespace), { status: { conditions: [condition] } });
      const asked: string[] = [];
      const isAllowed: GatherOptions['isAllowed'] = (_user, { verb, resource }) => {
        if (verb === 'get' && resource === 'environments') asked.push(resource);
        return Promise.resolve(verb !== 'get' || !hidden);
      };
      const request = requestFor(placedDeployment({ environmentNamespace: namespace }));
      const { environment: found } = await gather(
        request,
        'validate',
        offlineLookup([judged]),
        webhookSources({ isAllowed }),
        signal,
      );
      assert.deepEqual(found?.notReady, { reason: 'TooFew', message: 'no cluster', visible });
      assert.deepEqual(asked, namespace === 'platform' ? ['environments'] : []);
    });
  }

  for (const visible of [true, false]) {
    it(`tells what there is in place of what a ref names${visible ? '' : ' to nobody who may not see it'}`, async () => {
      const isAllowed: GatherOptions['isAllowed'] = (_user, { verb }) => Promise.resolve(verb !== 'get' || visible);
      const there = offlineLookup([environment('team', { name: 'dev' }), environment('other'), profile('team', 'api')]);
      const facts = await gather(
        requestFor(placedDeployment()),
        'validate',
        there,
        webhookSources({ isAllowed }),
        signal,
      );
      assert.deepEqual(facts.environment?.others, visible ? ['dev'] : undefined);
      assert.deepEqual(facts.workloadProfile?.others, visible ? ['api'] : undefined);
    });
  }

  it('finds what overrides have to say', async () => {
    const policies = [
      { name: 'small', type: 'override', properties: { components: [{ name: 'no', properties: { a: 1 } }] } },
    ];
    const odd = editedEnvironment([environmentSpec({ policies })]);
    const lookup = offlineLookup([...odd.objects, profile('team')]);
    const { overrides = [] } = await gather(
      requestFor(placedDeployment()),
      'validate',
      lookup,
      webhookSources(),
      signal,
    );
    assert.deepEqual(
      overrides.map(({ code }) => code),
      ['OverrideMatchesNothing'],
    );
  });
});
