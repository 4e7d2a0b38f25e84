import assert from 'node:assert/strict';
import { sha256 } from '../../src/cli/sha256.ts';
import { fileStore } from '../../src/catalog/stores/files.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { listedReferrers } from '../../src/catalog/referrers/listed.ts';
import type { ReferrerIndex } from '../../src/catalog/referrers.ts';
import type { Decision } from '../../src/domain/admission/decision.ts';
import { createDecider, type DeciderOptions } from '../../src/webhook/decider.ts';
import type { AdmissionRequest } from '../../src/webhook/review/review.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { deletionOf } from '../support/deletion-request.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../support/environment-edits.ts';
import { requestObject } from '../support/facts.ts';
import { guest, lifecycleTopologies, owned } from '../support/lifecycle-topology.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { countedDefinitions, requestFor, webhookSources } from '../support/webhook-sources.ts';
import { catalogOf } from '../support/catalog.ts';

const { signal } = new AbortController();
const referrers = listedReferrers(() => []);
const nothing = () => countedDefinitions(fileStore([], sha256));
const all = () => countedDefinitions(fileStore([environment('team'), profile('team')], sha256));

describe('deciding about a request', () => {
  it('takes a warning back that only a stale cache would have given', async () => {
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

  it('asks nobody live for a decision that rests on the request alone', async () => {
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

  it('stamps from what is live, because a cache may be behind', async () => {
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

describe('deciding for the sake of another deployment', () => {
  const { live: primary, objects } = editedEnvironment([environmentSpec({ lifecycle: owned })], { selected: ['a'] });
  const catalog = catalogOf(fileStore([...objects, profile('team')], sha256));
  const { topologies } = lifecycleTopologies();
  const inTheWay = placedDeployment({ name: 'api', lifecycle: guest, clusters: ['a'] });

  /** Deployments that count how often they are looked for in a namespace. */
  function counted(...deployments: KubeObject[]) {
    let asked = 0;
    const lookup = listedReferrers(() => deployments.map(requestObject));
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
      ...webhookSources({ topologies }),
      cached: { catalog, referrers: cached },
      live: () => ({ catalog, referrers: live }),
      severities: {},
      ...more,
    })(request, signal);
  const codesOf = ({ violations }: Decision) => violations.map(({ code }) => code);

  it('refuses by what is live, which is read once', async () => {
    const [cached, live] = [counted(inTheWay), counted(inTheWay)];
    const decision = await decided(requestFor(placedDeployment()), cached.users, live.users);
    assert.deepEqual(codesOf(decision), ['NamespaceLifecycleConflict']);
    assert.equal(decision.refusal?.status, 403);
    assert.match(decision.refusal.message, /team\/api/);
    assert.deepEqual([cached.asked(), live.asked()], [1, 1]);
  });

  it('takes a refusal back that only a stale cache would have given', async () => {
    const moved = placedDeployment({ name: 'api', spokeNamespace: 'store', lifecycle: guest, clusters: ['a'] });
    for (const live of [counted(), counted(moved)]) {
      const decision = await decided(requestFor(placedDeployment()), counted(inTheWay).users, live.users);
      assert.deepEqual([decision.refusal, codesOf(decision)], [undefined, []]);
      assert.equal(live.asked(), 1);
    }
  });

  it('takes InUse back that only a stale cache would have given', async () => {
    const [environmentOf] = objects;
    assert.ok(environmentOf);
    const refused = await decided(deletionOf(environmentOf), counted(inTheWay).users, counted(inTheWay).users);
    assert.deepEqual(codesOf(refused), ['InUse']);
    assert.deepEqual(codesOf(await decided(deletionOf(environmentOf), counted(inTheWay).users, counted().users)), []);
  });

  it('reads nothing live where nobody is in the way', async () => {
    const live = counted(inTheWay);
    const decision = await decided(requestFor(placedDeployment()), counted().users, live.users);
    assert.deepEqual([codesOf(decision), live.asked()], [[], 0]);
  });

  it('reads nothing live for a rule that is switched off', async () => {
    const live = counted(inTheWay);
    const severities = { NamespaceLifecycleConflict: 'off' } as const;
    const decision = await decided(requestFor(placedDeployment()), counted(inTheWay).users, live.users, { severities });
    assert.deepEqual([codesOf(decision), live.asked()], [[], 0]);
  });

  it('decides on the deletion of a deployment by what is live, whatever is switched off', async () => {
    const web = placedDeployment({ lifecycle: owned, clusters: ['a'], revision: 1 });
    const stale = placedDeployment({ name: 'api', lifecycle: owned, clusters: ['a'] });
    const severities = { WhatDeletionRemoves: 'off' } as const;
    const deleted = (cached: ReturnType<typeof counted>, live: ReturnType<typeof counted>) =>
      decided(deletionOf(web), cached.users, live.users, { severities });
    const [cached, live] = [counted(web, stale), counted(web, inTheWay)];
    assert.deepEqual(codesOf(await deleted(cached, live)), ['NamespaceLifecycleConflict']);
    assert.deepEqual([cached.asked(), live.asked()], [0, 1]);
    assert.deepEqual(codesOf(await deleted(live, counted(web, stale))), []);
  });

  it('finds pins in caches, and refuses for the sake of those that are live', async () => {
    const object = nextEdit(primary, environmentSpec({ lifecycle: owned, version: '1.0.0' }), 2);
    const request = requestFor(object, primary);
    const { users: pinned } = counted(placedDeployment({ environmentRef: 'primary@v1' }));
    const { users: repinned } = counted(placedDeployment({ environmentRef: 'primary' }));
    const { refusal } = await decided(request, pinned, pinned);
    assert.match(refusal?.message ?? '', /WorkloadDeployment team\/web;.*\(VersionShadowsRevision\)/);
    const hidden = await decided(request, pinned, pinned, { isAllowed: () => Promise.resolve(false) });
    assert.match(hidden.refusal?.message ?? '', /for 1 WorkloadDeployment;.*\(VersionShadowsRevision\)/);
    assert.deepEqual(codesOf(await decided(request, pinned, repinned)), []);
  });

  it('counts who is in the way, and names nobody, to who may not see him', async () => {
    const { users: both } = counted(inTheWay);
    const isAllowed = () => Promise.resolve(false);
    const { refusal } = await decided(requestFor(placedDeployment()), both, both, { isAllowed });
    assert.match(refusal?.message ?? '', /another WorkloadDeployment/);
    assert.doesNotMatch(refusal?.message ?? '', /team\/api/);
  });
});
