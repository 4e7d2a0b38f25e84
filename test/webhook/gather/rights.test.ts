import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { gatherMissingRights, gatherRestoreRight } from '../../../src/webhook/gather/rights.ts';
import { gatherContextOf, gathered } from '../../support/gathering.ts';
import { byop, deployment, environment } from '../../support/manifests.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

describe('the missing rights of a request', () => {
  const foreign = placedDeployment({ environmentNamespace: 'platform' });

  it('are the needed rights that the API server denies', async () => {
    const asked: string[] = [];
    const context = gatherContextOf([], {
      isAllowed: ({ username }, { verb, resource, namespace = '' }) => {
        asked.push(`${username} ${verb} ${resource} in ${namespace}`);
        return Promise.resolve(false);
      },
    });
    const { missingRights = [] } = await gathered(gatherMissingRights, { object: foreign }, context);
    assert.deepEqual(asked, ['jane use environments in platform']);
    assert.deepEqual(
      missingRights.map(({ path, verb }) => [path, verb]),
      [['spec.environmentRef.name', 'use']],
    );
  });

  it('are absent if all are granted', async () => {
    assert.deepEqual(await gathered(gatherMissingRights, { object: foreign }), {});
  });

  it('are not checked if the request needs no rights', async () => {
    const context = gatherContextOf([], { isAllowed: () => Promise.reject(new Error('a right was checked')) });
    assert.deepEqual(await gathered(gatherMissingRights, { object: deployment('team') }, context), {});
    assert.deepEqual(await gathered(gatherMissingRights, { oldObject: foreign }, context), {});
  });
});

describe('the hub namespaces of an Environment', () => {
  const stamp = (namespaces: string) => ({ annotations: { 'spectrocloud.com/allowed-hub-namespaces': namespaces } });
  const inHub = (...[namespaces, options = {}]: [string, { annotations?: Record<string, string> }?]) =>
    environment('team', { topology: byop(namespaces, 'gpu'), ...options });
  const only = (...allowed: string[]) =>
    gatherContextOf([], { isAllowed: (_user, { name = '' }) => Promise.resolve(allowed.includes(name)) });

  it('are allowed if the requester may use them', async () => {
    const found = await gathered(gatherMissingRights, { object: inHub('prod') }, only('prod'));
    assert.deepEqual(found, { allowedHubNamespaces: ['prod'] });
  });

  it('are a missing right otherwise', async () => {
    const { missingRights, allowedHubNamespaces } = await gathered(
      gatherMissingRights,
      { object: inHub('prod', stamp('prod')) },
      only(),
    );
    assert.deepEqual([missingRights?.length, allowedHubNamespaces], [1, []]);
  });

  it('stay allowed as long as they are unchanged and stamped', async () => {
    const request = { object: inHub('prod'), oldObject: inHub('prod', stamp('prod')) };
    assert.deepEqual(await gathered(gatherMissingRights, request, only()), { allowedHubNamespaces: ['prod'] });
  });

  it('are neither allowed nor a missing right if they were written while the webhook was not installed', async () => {
    const request = { object: inHub('prod'), oldObject: inHub('prod') };
    assert.deepEqual(await gathered(gatherMissingRights, request, only()), { allowedHubNamespaces: [] });
    assert.deepEqual(await gathered(gatherMissingRights, request, only('prod')), { allowedHubNamespaces: ['prod'] });
  });
});

describe('the hub namespaces of an old revision', () => {
  const annotation = 'spectrocloud.com/allowed-hub-namespaces';
  const history = (newest: string, stamped: string) => {
    const { definition, objects } = recordedEdits('Environment', [
      { spec: { ...environment('team', { topology: byop('prod', 'gpu') }).spec } },
      { spec: { ...environment('team', { topology: byop(newest, 'gpu') }).spec } },
    ]);
    definition.metadata.annotations = { ...definition.metadata.annotations, [annotation]: stamped };
    return objects.map(([, object]) => (object.kind === 'Environment' ? definition : object));
  };
  const withdrawn = history('managed-cluster-set-global', '');
  const pin = (environmentRef: string) => deployment('team', { environmentRef });
  const missing = async (request: { object: KubeObject; oldObject?: KubeObject }, objects = withdrawn) => {
    const context = gatherContextOf(objects, { isAllowed: () => Promise.resolve(false) });
    const { missingRights = [] } = await gathered(gatherMissingRights, request, context);
    return missingRights.map(({ path, resource, name, namedBy }) => [path, resource, name, namedBy].join(' '));
  };
  const right = 'spec.environmentRef.name hubnamespaces prod revision 1 of Environment team/primary';

  it('need a right for a ref that is set or changed to it', async () => {
    assert.deepEqual(await missing({ object: pin('primary@v1') }), [right]);
    assert.deepEqual(await missing({ object: pin('primary@v1'), oldObject: pin('primary') }), [right]);
  });

  it('need none for an unchanged ref, the newest revision, or a ref that resolves to nothing', async () => {
    assert.deepEqual(await missing({ object: pin('primary@v1'), oldObject: pin('primary@v1') }), []);
    for (const ref of ['primary', 'primary@v2', 'primary@v7', 'primary@', 'gone@v1']) {
      assert.deepEqual(await missing({ object: pin(ref) }), [], ref);
    }
  });

  it('need none if the Environment may use the namespace now, which its spec alone does not prove', async () => {
    assert.deepEqual(await missing({ object: pin('primary@v1') }, history('prod', 'prod')), []);
    assert.deepEqual(await missing({ object: pin('primary@v1') }, history('prod', '')), [right]);
  });

  it('are not revealed to a requester who may not use the Environment', async () => {
    const { spec, ...rest } = pin('primary@v1');
    const foreign = {
      ...rest,
      metadata: { ...rest.metadata, namespace: 'other' },
      spec: { ...spec, environmentRef: { name: 'primary@v1', namespace: 'team' } },
    };
    assert.deepEqual(await missing({ object: foreign }), ['spec.environmentRef.name environments primary ']);
  });
});

describe('the right to restore a revision', () => {
  const revision = {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'DefinitionRevision',
    metadata: { namespace: 'team', name: 'environment.primary.v1' },
  };
  const allowed = gatherContextOf([], { isAllowed: (_user, { verb }) => Promise.resolve(verb === 'restore') });
  const denied = gatherContextOf([], { isAllowed: () => Promise.resolve(false) });
  const live = { isOffline: false };
  const cases: { what: string; request: Parameters<typeof gathered>[1]; context: typeof allowed; found: object }[] = [
    { what: 'found', request: { object: revision }, context: { ...allowed, ...live }, found: { mayRestore: true } },
    {
      what: 'absent if the API server denies it',
      request: { object: revision },
      context: { ...denied, ...live },
      found: {},
    },
    { what: 'absent offline', request: { object: revision }, context: allowed, found: {} },
    {
      what: 'not asked for by who records revisions',
      request: { object: revision },
      context: { ...allowed, ...live, revisionWriters: ['jane'] },
      found: {},
    },
    { what: 'not about a deletion', request: { oldObject: revision }, context: { ...allowed, ...live }, found: {} },
    {
      what: 'not about other kinds',
      request: { object: deployment('team') },
      context: { ...allowed, ...live },
      found: {},
    },
  ];
  for (const { what, request, context, found } of cases) {
    it(`is ${what}`, async () => assert.deepEqual(await gathered(gatherRestoreRight, request, context), found));
  }
});
