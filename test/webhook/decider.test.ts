import assert from 'node:assert/strict';
import { sha256 } from '../../src/cli/sha256.ts';
import { fileStore } from '../../src/catalog/stores/files.ts';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { renderDeployment } from '../../src/catalog/render-deployment.ts';
import { listedReferrers } from '../../src/catalog/referrers/listed.ts';
import type { ReferrerIndex } from '../../src/catalog/referrers.ts';
import type { Decision } from '../../src/domain/admission/decision.ts';
import { applyPatch } from '../../src/domain/json/json-patch.ts';
import { defaultRenderSettings } from '../../src/domain/render/workload-render.ts';
import { createDecider, type DeciderOptions } from '../../src/webhook/decider.ts';
import type { AdmissionRequest } from '../../src/webhook/review/review.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { deletionOf } from '../support/deletion-request.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../support/environment-edits.ts';
import { requestObject } from '../support/facts.ts';
import { lifecycles } from '../support/deployment-changes.ts';
import { lifecycleTopologies } from '../support/lifecycle-topology.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { countedDefinitions, requestFor, webhookSources } from '../support/webhook-sources.ts';
import { customTopology } from '../support/custom-topology.ts';
import { recordedEdits } from '../support/recorded-edits.ts';
import { catalogOf, filesOf } from '../support/catalog.ts';

const { signal } = new AbortController();
const { owner, guest } = lifecycles;
const referrers = listedReferrers('mural-system', () => []);
const nothing = () => countedDefinitions(fileStore([], sha256));
const all = () => countedDefinitions(fileStore([environment('team'), profile('team')], sha256));

describe('deciding about a request', () => {
  it('does not give a warning that only a stale cache would cause', async () => {
    const [cached, live] = [nothing(), all()];
    const options = {
      ...webhookSources(),
      cached: { catalog: catalogOf(cached.definitions), referrers },
      live: () => ({ catalog: catalogOf(live.definitions), referrers }),
      severities: {},
    };
    const decided = await createDecider('validate', options)(requestFor(deployment('team')), signal);
    assert.deepEqual(decided.violations, []);
    assert.ok(live.asked() > 0);
  });

  it('makes no live reads for a decision that depends only on the request', async () => {
    const [cached, live] = [nothing(), nothing()];
    const options = {
      ...webhookSources(),
      cached: { catalog: catalogOf(cached.definitions), referrers },
      live: () => ({ catalog: catalogOf(live.definitions), referrers }),
      severities: {},
    };
    const decided = await createDecider('validate', options)(
      requestFor(environment('team', { topology: { type: 'topology-ocm@v1' } })),
      signal,
    );
    assert.equal(decided.refusal?.status, 422);
    assert.equal(live.asked(), 0);
  });

  it('stamps from live reads, because a cache may be stale', async () => {
    const [cached, live] = [nothing(), all()];
    const options = {
      ...webhookSources(),
      cached: { catalog: catalogOf(cached.definitions), referrers },
      live: () => ({ catalog: catalogOf(live.definitions), referrers }),
      severities: {},
    };
    const decided = await createDecider('mutate', options)(requestFor(deployment('team')), signal);
    assert.match(JSON.stringify(decided.patch), /team\/primary@v1/);
    assert.equal(cached.asked(), 0);
  });
});

describe('deciding about a conflict with another deployment', () => {
  const { live: primary, objects } = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['a'] });
  const catalog = catalogOf(fileStore([...objects, profile('team')], sha256));
  const { topologies } = lifecycleTopologies();
  const conflicting = placedDeployment({ name: 'api', lifecycle: guest, clusters: ['a'] });

  /** A referrer index that counts lookups by spoke namespace. */
  function counted(...deployments: KubeObject[]) {
    let asked = 0;
    const lookup = listedReferrers('mural-system', () => deployments.map(requestObject));
    const inSpokeNamespace: ReferrerIndex['inSpokeNamespace'] = (namespace) => {
      asked += 1;
      return lookup.inSpokeNamespace(namespace);
    };
    return { users: { ...lookup, inSpokeNamespace }, asked: () => asked };
  }

  const decided = (
    request: AdmissionRequest,
    cached: ReferrerIndex,
    live: ReferrerIndex,
    more: Partial<DeciderOptions> = {},
  ) =>
    createDecider('validate', {
      // The topologies render into this namespace.
      ...webhookSources({ topologies, renderSettings: { ...defaultRenderSettings, sharedHubNamespaces: ['hub'] } }),
      cached: { catalog, referrers: cached },
      live: () => ({ catalog, referrers: live }),
      severities: {},
      ...more,
    })(request, signal);
  const codesOf = ({ violations }: Decision) => violations.map(({ code }) => code);

  it('denies by live reads, which are made once', async () => {
    const [cached, live] = [counted(conflicting), counted(conflicting)];
    const decision = await decided(requestFor(placedDeployment()), cached.users, live.users);
    assert.deepEqual(codesOf(decision), ['NamespaceLifecycleConflict']);
    assert.equal(decision.refusal?.status, 403);
    assert.match(decision.refusal.message, /team\/api/);
    assert.deepEqual([cached.asked(), live.asked()], [1, 1]);
  });

  it('does not deny because of a stale cache', async () => {
    const moved = placedDeployment({ name: 'api', spokeNamespace: 'store', lifecycle: guest, clusters: ['a'] });
    for (const live of [counted(), counted(moved)]) {
      const decision = await decided(requestFor(placedDeployment()), counted(conflicting).users, live.users);
      assert.deepEqual([decision.refusal, codesOf(decision)], [undefined, []]);
      assert.equal(live.asked(), 1);
    }
  });

  it('does not report InUse because of a stale cache', async () => {
    const [environmentOf] = objects;
    assert.ok(environmentOf);
    const refused = await decided(deletionOf(environmentOf), counted(conflicting).users, counted(conflicting).users);
    assert.deepEqual(codesOf(refused), ['InUse']);
    assert.deepEqual(
      codesOf(await decided(deletionOf(environmentOf), counted(conflicting).users, counted().users)),
      [],
    );
  });

  it('decides the deletion of a definition by live reads, because the cache may lack a deployment that uses it', async () => {
    const [environmentOf] = objects;
    assert.ok(environmentOf);
    const findsMissed: boolean[] = [];
    const live: DeciderOptions['live'] = (_signal, options) => {
      findsMissed.push(options.findsMissed);
      return { catalog, referrers: counted(conflicting).users };
    };
    const { users } = counted();
    assert.deepEqual(codesOf(await decided(deletionOf(environmentOf), users, users, { live })), ['InUse']);
    const { users: both } = counted(conflicting);
    await decided(requestFor(placedDeployment()), both, both, { live });
    assert.deepEqual(findsMissed, [true, false]);
  });

  it('makes no live reads if there is no conflict', async () => {
    const live = counted(conflicting);
    const decision = await decided(requestFor(placedDeployment()), counted().users, live.users);
    assert.deepEqual([codesOf(decision), live.asked()], [[], 0]);
  });

  it('makes no live reads for a rule that is off', async () => {
    const live = counted(conflicting);
    const severities = { NamespaceLifecycleConflict: 'off' } as const;
    const decision = await decided(requestFor(placedDeployment()), counted(conflicting).users, live.users, {
      severities,
    });
    assert.deepEqual([codesOf(decision), live.asked()], [[], 0]);
  });

  it('decides the deletion of a deployment by live reads, whichever rules are off', async () => {
    const web = placedDeployment({ lifecycle: owner, clusters: ['a'], revision: 1 });
    const stale = placedDeployment({ name: 'api', lifecycle: owner, clusters: ['a'] });
    const severities = { WhatDeletionRemoves: 'off' } as const;
    const deleted = (cached: ReturnType<typeof counted>, live: ReturnType<typeof counted>) =>
      decided(deletionOf(web), cached.users, live.users, { severities });
    const [cached, live] = [counted(web, stale), counted(web, conflicting)];
    assert.deepEqual(codesOf(await deleted(cached, live)), ['NamespaceLifecycleConflict']);
    assert.deepEqual([cached.asked(), live.asked()], [0, 1]);
    assert.deepEqual(codesOf(await deleted(live, counted(web, stale))), []);
  });

  it('finds pins in caches, and denies because of those that are live', async () => {
    const object = nextEdit(primary, environmentSpec({ lifecycle: owner, version: '1.0.0' }), 2);
    const request = requestFor(object, primary);
    const { users: pinned } = counted(placedDeployment({ environmentRef: 'primary@v1' }));
    const { users: repinned } = counted(placedDeployment({ environmentRef: 'primary' }));
    const { refusal } = await decided(request, pinned, pinned);
    assert.match(refusal?.message ?? '', /WorkloadDeployment team\/web;.*\(VersionShadowsRevision\)/);
    const hidden = await decided(request, pinned, pinned, { isAllowed: () => Promise.resolve(false) });
    assert.match(hidden.refusal?.message ?? '', /pinned by 1 WorkloadDeployment;.*\(VersionShadowsRevision\)/);
    assert.deepEqual(codesOf(await decided(request, pinned, repinned)), []);
  });

  it('does not name a conflicting deployment that the requester may not see', async () => {
    const { users: both } = counted(conflicting);
    const isAllowed: DeciderOptions['isAllowed'] = (_user, { verb }) => Promise.resolve(verb === 'use');
    const { refusal } = await decided(requestFor(placedDeployment()), both, both, { isAllowed });
    assert.match(refusal?.message ?? '', /another WorkloadDeployment/);
    assert.doesNotMatch(refusal?.message ?? '', /team\/api/);
  });
});

/** The hub between two requests: nothing that one replica of the webhook admits is stored before the other one decides. */
describe('two replicas that decide at the same time about a pin and about the first version of its major', () => {
  const admitted = async (
    request: AdmissionRequest,
    objects: readonly KubeObject[],
  ): Promise<KubeObject & { spec: JsonObject }> => {
    const source = { ...filesOf(objects), isLive: true };
    const options = { ...webhookSources(), cached: source, live: () => source, severities: {} };
    const { patch, refusal } = await createDecider('mutate', options)(request, signal);
    assert.equal(refusal, undefined);
    const object: KubeObject & { spec: JsonObject } = applyPatch(request.object as never, patch);
    const validated = await createDecider('validate', options)({ ...request, object: object as never }, signal);
    assert.equal(validated.refusal, undefined);
    return object;
  };
  const publish = (definition: KubeObject, spec: JsonObject): KubeObject =>
    ({ ...definition, spec: { ...spec, version: '1.0.0' } }) as KubeObject;
  const rendered = (pin: WorkloadDeployment, objects: readonly KubeObject[]) =>
    renderDeployment(pin, {
      catalog: filesOf(objects).catalog,
      tools: {
        topologies: { render: () => Promise.resolve({ ok: true, objects: [] }) },
        settings: defaultRenderSettings,
        hash: sha256,
      },
    });

  it('both admit, and the deployment with the pin is held', async () => {
    const first = environmentSpec({ lifecycle: owner });
    const second = environmentSpec({ lifecycle: guest });
    const { definition, objects } = recordedEdits('Environment', [{ spec: first }]);
    const hub = [...objects.map(([, object]) => object), profile('team')];
    const [published, pin] = await Promise.all([
      admitted(requestFor(publish(definition, second), definition), hub),
      admitted(requestFor(deployment('team', { environmentRef: 'primary@v1' })), hub),
    ]);
    const stored = recordedEdits('Environment', [{ spec: first }, { spec: published.spec }]);
    const after = [...stored.objects.map(([, object]) => object), profile('team'), pin];
    const result = await rendered(pin as WorkloadDeployment, after);
    assert.deepEqual(result.state === 'unresolved' && result.reason, 'RevisionChanged');
  });

  it('both admit, and the Environment with the pin is held with its deployments', async () => {
    const of = { namespace: 'mural-system', name: 'mine' };
    const { spec, metadata } = customTopology('mine', 'output: {}');
    const labels = metadata.labels ?? {};
    const { definition, objects } = recordedEdits('PolicyDefinition', [{ labels, spec }], of);
    const hub = objects.map(([, object]) => object);
    const changed = { schematic: { cue: { template: 'output: {a: 1}' } } };
    const [published, pin] = await Promise.all([
      admitted(requestFor(publish(definition, changed), definition), hub),
      admitted(requestFor(environment('team', { topology: { type: 'mine@v1' } })), hub),
    ]);
    const stored = recordedEdits(
      'PolicyDefinition',
      [
        { labels, spec },
        { labels, spec: published.spec },
      ],
      of,
    );
    const after = [...stored.objects.map(([, object]) => object), profile('team'), pin];
    const result = await rendered(deployment('team'), after);
    assert.ok(result.state === 'resolved' && !result.render.ok);
    assert.equal(result.render.reason, 'RevisionChanged');
  });
});
