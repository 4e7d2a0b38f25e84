import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import type { SpokeNamespaceFacts } from '../../../src/domain/admission/facts.ts';
import type { GatherOptions } from '../../../src/webhook/gather/context.ts';
import { gatherSpokeNamespaces } from '../../../src/webhook/gather/spoke-namespaces.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { stampedAs } from '../../support/facts.ts';
import { gatherContextOf, validating } from '../../support/gathering.ts';
import { environment } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

const stamp = 'spectrocloud.com/allowed-spoke-namespaces';
/** What the Namespaces on the hub list, by name. */
type Listed = Record<string, string>;

/** What is gathered for a request of a user who has the right to use some spoke namespaces. */
async function gathered(
  request: { object?: KubeObject; oldObject?: KubeObject },
  {
    listed = {},
    rights = [],
    objects = [],
    options = {},
    isOffline = false,
  }: {
    listed?: Listed;
    rights?: string[];
    objects?: KubeObject[];
    options?: Partial<GatherOptions>;
    isOffline?: boolean;
  } = {},
): Promise<SpokeNamespaceFacts & { asked: string[] }> {
  const asked: string[] = [];
  const context = gatherContextOf(objects, {
    isAllowed: (_user, { verb, resource, namespace, name = '' }) => {
      if (verb === 'get') return Promise.resolve(true);
      asked.push(`${verb} ${resource} ${namespace ?? 'cluster'} ${name}`);
      return Promise.resolve(rights.includes(name));
    },
    namespaceState: (name) => {
      const text = listed[name];
      if (isOffline && text === undefined) return Promise.resolve(undefined);
      const annotations = text === undefined ? {} : { 'spectrocloud.com/spoke-namespaces': text };
      return Promise.resolve({ labels: {}, annotations, terminating: false });
    },
    ...options,
  });
  const { spokeNamespaces } = await gatherSpokeNamespaces(validating(request), { ...context, isOffline });
  return { entered: [], missing: [], stamped: [], shared: [], ...spokeNamespaces, asked };
}

const object = placedDeployment();
const stampedWith = (names: string, of: Parameters<typeof placedDeployment>[0] = {}) =>
  placedDeployment({ ...of, metadata: { annotations: { [stamp]: names } } });

describe('the spoke namespaces of a request', () => {
  const rows: {
    why: string;
    request: { object?: KubeObject; oldObject?: KubeObject };
    around?: Parameters<typeof gathered>[1];
    missing?: string[];
    stamped?: string[];
    asked?: number;
  }[] = [
    { why: 'the hub namespace has the same name', request: { object: placedDeployment({ spokeNamespace: 'team' }) } },
    { why: 'the Namespace on the hub lists it', request: { object }, around: { listed: { team: 'sh-*,shop' } } },
    {
      why: 'the requester has the right',
      request: { object },
      around: { rights: ['shop'] },
      stamped: ['shop'],
      asked: 1,
    },
    { why: 'the requester lacks the right', request: { object }, missing: ['shop'], asked: 1 },
    {
      why: 'another Namespace on the hub lists it',
      request: { object },
      around: { listed: { other: 'shop' } },
      missing: ['shop'],
      asked: 1,
    },
    { why: 'the client wrote a stamp', request: { object: stampedWith('shop') }, missing: ['shop'], asked: 1 },
    {
      why: 'an unrelated edit',
      request: { object: placedDeployment({ metadata: { labels: { a: 'b' } } }), oldObject: object },
    },
    {
      why: 'another Environment in the same namespace',
      request: { object: placedDeployment({ environmentRef: 'other' }), oldObject: object },
    },
    {
      why: 'another Environment keeps the stamp',
      request: { object: placedDeployment({ environmentRef: 'other' }), oldObject: stampedWith('shop') },
      stamped: ['shop'],
    },
    {
      why: 'another namespace drops the stamp of the old one',
      request: { object: placedDeployment({ spokeNamespace: 'store' }), oldObject: stampedWith('shop') },
      missing: ['store'],
      asked: 1,
    },
    {
      why: 'a name that no namespace can have',
      request: { object: placedDeployment({ spokeNamespace: 'a,b' }) },
      around: { rights: ['a,b'] },
      missing: ['a,b'],
    },
    {
      why: 'a protected namespace, which another rule denies',
      request: { object: placedDeployment({ spokeNamespace: 'cert-manager' }) },
    },
    { why: 'a deletion', request: { oldObject: object } },
    { why: 'an Environment', request: { object: environment('team') } },
  ];
  for (const { why, request, around, missing = [], stamped = [], asked = 0 } of rows) {
    it(`are ${missing.length === 0 ? 'allowed' : 'not allowed'}: ${why}`, async () => {
      const found = await gathered(request, around);
      assert.deepEqual([found.missing, found.stamped, found.asked.length], [missing, stamped, asked]);
    });
  }

  it('need the verb use at cluster scope', async () => {
    assert.deepEqual((await gathered({ object })).asked, ['use spokenamespaces cluster shop']);
  });

  it('include those that a custom topology adds, and need the right for them', async () => {
    const manifest = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const replicaSet = {
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
      metadata: { name: 'a' },
      spec: { manifestWorkTemplate: { workload: { manifests: [manifest('shop'), manifest('data')] } } },
    };
    const render = () => Promise.resolve({ ok: true as const, objects: [replicaSet] });
    const objects = [
      stampedAs({ ...customTopology('edge', 'output: {}') }, 1),
      stampedAs({ ...environment('team', { topology: { type: 'edge' } }) }, 1),
    ];
    const options = { topologies: { check: render, render } };
    const found = await gathered({ object }, { objects, options, rights: ['shop'] });
    assert.deepEqual([found.entered, found.missing, found.stamped], [['shop', 'data'], ['data'], ['shop']]);
    const broken = () => Promise.resolve({ ok: false as const, reason: 'InvalidTemplate' as const, violations: [] });
    const alone = await gathered({ object }, { objects, options: { topologies: { check: broken, render: broken } } });
    assert.deepEqual(alone.entered, ['shop'], 'the controller judges a render that fails here');
  });
});

describe('the spoke namespaces of a request in files', () => {
  it('are unchecked without the Namespace on the hub, and decided by it otherwise', async () => {
    const without = await gathered({ object }, { isOffline: true, rights: ['shop'] });
    assert.deepEqual([without.missing, without.asked.length], [[], 1]);
    const unlisted = await gathered({ object }, { isOffline: true, rights: ['shop'], listed: { team: '' } });
    assert.deepEqual([unlisted.missing, unlisted.asked.length], [['shop'], 0]);
    const listed = await gathered({ object }, { isOffline: true, listed: { team: 'shop' } });
    assert.deepEqual([listed.missing, listed.asked.length], [[], 0]);
  });

  it('are not compared with those of a hub namespace whose Namespace is missing', async () => {
    const other = stampedWith('shop', { namespace: 'other' });
    const both = { team: 'shop', other: '' };
    const found = async (listed: Listed) =>
      (await gathered({ object }, { isOffline: true, objects: [other], listed, rights: ['shop'] })).shared.length;
    assert.deepEqual([await found({ team: 'shop' }), await found({ other: '' }), await found(both)], [0, 0, 1]);
  });
});

describe('a spoke namespace that another hub namespace uses', () => {
  const rows: { why: string; other: KubeObject; listed: Listed; unlisted?: string[] }[] = [
    {
      why: 'both list it',
      other: placedDeployment({ namespace: 'other' }),
      listed: { team: 'shop', other: 'shop' },
    },
    {
      why: 'the other one has only a stamp',
      other: stampedWith('shop', { namespace: 'other' }),
      listed: { team: 'shop' },
      unlisted: ['other'],
    },
    {
      why: 'the other one is not allowed there',
      other: placedDeployment({ namespace: 'other' }),
      listed: { team: 'shop' },
    },
    {
      why: 'the other one is being deleted',
      other: placedDeployment({
        namespace: 'other',
        metadata: { annotations: { [stamp]: 'shop' }, deletionTimestamp: '2026-01-01T00:00:00Z' },
      }),
      listed: { team: 'shop' },
    },
    { why: 'it is of the same hub namespace', other: stampedWith('shop', { name: 'api' }), listed: { team: 'shop' } },
  ];
  for (const { why, other, listed, unlisted } of rows) {
    it(`is ${unlisted === undefined ? 'shared' : 'not shared'}: ${why}`, async () => {
      const { shared } = await gathered({ object }, { objects: [other], listed });
      const deployment = { namespace: 'other', name: 'web', visible: true };
      const expected = unlisted === undefined ? [] : [{ spokeNamespace: 'shop', deployment, unlisted }];
      assert.deepEqual(shared, expected);
    });
  }

  it('is not looked at if the request is not allowed to enter it', async () => {
    const { shared } = await gathered({ object }, { objects: [stampedWith('shop', { namespace: 'other' })] });
    assert.deepEqual(shared, []);
  });
});
