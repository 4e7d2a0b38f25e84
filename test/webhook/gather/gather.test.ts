import assert from 'node:assert/strict';
import type { Facts } from '../../../src/domain/admission/facts.ts';
import { decide } from '../../../src/domain/admission/decide.ts';
import { acknowledgeableCodes } from '../../../src/domain/admission/rule-codes.ts';
import type { GatherOptions } from '../../../src/webhook/gather/context.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { gather } from '../../../src/webhook/gather/gather.ts';
import type { AdmissionRequest } from '../../../src/webhook/review/review.ts';
import { deletionOf } from '../../support/deletion-request.ts';
import { lifecycles } from '../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../support/environment-edits.ts';
import { lifecycleTopologies } from '../../support/lifecycle-topology.ts';
import { profile } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { offlineLookup, requestFor, webhookSources } from '../../support/webhook-sources.ts';

const { signal } = new AbortController();
const { owner, guest } = lifecycles;

describe('gathering the facts about a request', () => {
  const { live, objects } = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['a'] });
  const web = placedDeployment({ lifecycle: owner, clusters: ['a'], revision: 1 });
  const api = placedDeployment({ name: 'api', lifecycle: guest, clusters: ['a'], revision: 1 });
  const foreign = placedDeployment({ namespace: 'other', lifecycle: guest, clusters: ['a'], revision: 1 });
  const all = [...objects, web, api, foreign];
  const edit = nextEdit(live, environmentSpec({ lifecycle: guest }), 2);
  const { topologies } = lifecycleTopologies();

  interface Around extends Partial<GatherOptions> {
    terminating?: boolean;
    phase?: 'mutate' | 'validate';
  }
  const gatheredFor = (
    request: AdmissionRequest,
    { terminating = false, phase = 'validate', ...options }: Around = {},
  ) =>
    gather(
      request,
      phase,
      offlineLookup(all),
      webhookSources({ topologies, namespaceState: () => Promise.resolve({ labels: {}, terminating }), ...options }),
      signal,
    );
  const peerKeysOf = ({ changes = [] }: Facts) =>
    changes.flatMap(({ peers }) => peers.map(({ namespace, name }) => `${namespace}/${name}`)).toSorted();

  it('gives the facts that every request has', async () => {
    const facts = await gatheredFor(requestFor(placedDeployment()));
    assert.deepEqual(
      {
        enforcement: facts.enforcement,
        kind: facts.request.kind,
        systemNamespace: facts.systemNamespace,
        acknowledgeableCodes: facts.acknowledgeableCodes,
      },
      { enforcement: 'admission', kind: 'WorkloadDeployment', systemNamespace: 'mural-system', acknowledgeableCodes },
    );
  });

  it('hashes the content of each object once, however many gatherers and rules ask for it', async () => {
    const hashed: string[] = [];
    const hash = (text: string) => {
      hashed.push(text);
      return sha256(text);
    };
    for (const phase of ['mutate', 'validate'] as const) {
      hashed.length = 0;
      decide(await gatheredFor(requestFor(edit, live), { phase, hash }));
      const contents = hashed.filter((text) => text.startsWith('{"metadata":'));
      assert.equal(contents.length, new Set(contents).size, phase);
      assert.ok(contents.length > 0, phase);
    }
  });

  it('finds what an edit of an Environment does to deployments, and what its new topology renders', async () => {
    const { changes = [], shape } = await gatheredFor(requestFor(edit, live));
    assert.deepEqual(
      changes.map(({ deployment: { name } }) => name),
      ['web'],
    );
    assert.equal(shape?.replicaSets.length, 1);
  });

  it('renders no topology that does not change', async () => {
    const policies = [{ name: 'small', type: 'override', properties: { selector: ['ui'] } }];
    const { renders, topologies: counted } = lifecycleTopologies();
    const object = nextEdit(live, environmentSpec({ lifecycle: owner, policies }), 2);
    const { shape, changes } = await gatheredFor(requestFor(object, live), { topologies: counted });
    assert.deepEqual([shape, changes, renders()], [undefined, [], 0]);
  });

  it('finds consequences for other objects only in the validate phase', async () => {
    const { changes, environment } = await gatheredFor(requestFor(edit, live), { phase: 'mutate' });
    assert.deepEqual([changes, environment], [undefined, undefined]);
    const mutated = await gatheredFor(requestFor(placedDeployment()), { phase: 'mutate' });
    assert.equal(mutated.environment?.namespace, 'team', 'refs are found in both phases');
    assert.equal(mutated.changes, undefined);
  });

  it('finds the change of a deployment, and the peers that its deletion concerns', async () => {
    const { changes = [] } = await gatheredFor(requestFor(placedDeployment({ name: 'new' })));
    assert.deepEqual(
      changes.map(({ desired }) => desired?.lifecycle),
      [owner],
    );
    assert.deepEqual(peerKeysOf(await gatheredFor(deletionOf(web))), ['other/web', 'team/api']);
  });

  it('does not spare a deployment because of peers in the same terminating namespace', async () => {
    assert.deepEqual(peerKeysOf(await gatheredFor(deletionOf(web), { terminating: true })), ['other/web']);
  });

  it('finds who uses an Environment that is deleted', async () => {
    const { referrers = [], changes } = await gatheredFor(deletionOf(live));
    assert.deepEqual(
      referrers.map(({ namespace, name }) => `${namespace}/${name}`),
      ['team/api', 'team/web'],
    );
    assert.equal(changes, undefined);
    assert.deepEqual((await gatheredFor(deletionOf(live), { terminating: true })).referrers, []);
  });

  it('finds only missing rights for an object that is being deleted', async () => {
    const metadata = { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    const facts = await gatheredFor(
      requestFor({ ...edit, metadata: { ...edit.metadata, ...metadata } }, { ...live, metadata }),
    );
    assert.deepEqual(
      [facts.changes, facts.referrers, facts.pairings, facts.topology],
      [undefined, undefined, undefined, undefined],
    );
    const deployment = placedDeployment({ environmentNamespace: 'platform', metadata });
    const isAllowed = () => Promise.resolve(false);
    assert.equal((await gatheredFor(requestFor(deployment), { isAllowed })).missingRights?.length, 1);
  });

  for (const isLive of [true, false]) {
    it(`${isLive ? 'checks' : 'does not check'} which objects the requester may see when it reads ${isLive ? 'live' : 'caches'}`, async () => {
      const asked: string[] = [];
      const isAllowed: GatherOptions['isAllowed'] = (_user, { verb, namespace }) => {
        asked.push(`${verb} ${namespace ?? 'everywhere'}`);
        return Promise.resolve(namespace === 'team');
      };
      const options = webhookSources({ topologies, isAllowed });
      const { changes = [] } = await gather(
        deletionOf(web),
        'validate',
        { ...offlineLookup(all), isLive },
        options,
        signal,
      );
      const visible = changes.flatMap(({ peers }) => peers.map(({ namespace, visible: is }) => [namespace, is]));
      assert.deepEqual(Object.fromEntries(visible), { team: isLive, other: false });
      assert.deepEqual(asked.toSorted(), isLive ? ['get everywhere', 'get other', 'get team'] : []);
    });
  }

  it('finds what the publication of a version depends on in the validate phase only', async () => {
    const published = nextEdit(live, environmentSpec({ lifecycle: owner, version: '1.0.0' }), 2);
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

  it('finds the pairs that a request combines', async () => {
    const source = offlineLookup([...objects, profile('team')]);
    const request = requestFor(placedDeployment());
    const { pairings = [] } = await gather(request, 'validate', source, webhookSources(), signal);
    assert.deepEqual(
      pairings.map(({ environment, profile: paired }) => [environment.name, paired.name]),
      [['primary', 'web']],
    );
  });
});
