import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import {
  groupBySpokeNamespace,
  recordedEnvironment,
  spokeNamespacesOf,
  usedDefinitions,
} from '../../../src/catalog/referrers/keys.ts';
import { editedEnvironment, environmentSpec } from '../../support/environment-edits.ts';
import { requestObject } from '../../support/facts.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

describe('the definitions that a deployment uses', () => {
  const web = ['WorkloadProfile/team/web', 'WorkloadProfile/mural-system/web'];
  const applied = (environment: object): KubeObject => Object.assign(placedDeployment(), { status: { environment } });
  const cases: { object: KubeObject; keys: string[]; why: string }[] = [
    {
      object: placedDeployment(),
      keys: ['Environment/team/primary', ...web],
      why: 'a profile may be in two namespaces',
    },
    {
      object: placedDeployment({ environmentRef: 'primary@v1.3' }),
      keys: ['Environment/team/primary', ...web],
      why: 'the revision does not matter',
    },
    { object: placedDeployment({ environmentRef: 'primary@' }), keys: web, why: 'a ref cannot be parsed' },
    {
      object: applied({ namespace: 'team', name: 'former', revision: 1 }),
      keys: ['Environment/team/primary', ...web, 'Environment/team/former'],
      why: 'another Environment is still applied',
    },
    { object: applied({ name: 7 }), keys: ['Environment/team/primary', ...web], why: 'the status is malformed' },
  ];
  for (const { object, keys, why } of cases) {
    it(`are ${keys.join()}: ${why}`, () => {
      assert.deepEqual(usedDefinitions(requestObject(object), 'mural-system'), keys);
    });
  }
});

describe('the spoke namespaces of a deployment', () => {
  const withSpec = (spec: object): KubeObject => Object.assign(placedDeployment(), { spec });
  const { spec } = placedDeployment();
  const cases: { object: KubeObject; namespaces: string[]; why: string }[] = [
    { object: placedDeployment(), namespaces: ['shop'], why: 'the one that the spec names' },
    { object: withSpec({ ...spec, workload: { name: 'web' } }), namespaces: ['team'], why: 'its own by default' },
    { object: withSpec({}), namespaces: [], why: 'the spec has no workload' },
  ];
  for (const { object, namespaces, why } of cases) {
    it(`are ${namespaces.join() || 'none'}: ${why}`, () => {
      assert.deepEqual(spokeNamespacesOf(requestObject(object)), namespaces);
    });
  }

  it('group deployments', () => {
    const deployments = ['a', 'b'].map((name) => requestObject(placedDeployment({ name })));
    assert.deepEqual([...groupBySpokeNamespace(deployments)], [['shop', deployments]]);
  });
});

describe('the Environment that a DefinitionRevision records', () => {
  const { objects } = editedEnvironment([environmentSpec({ topology: { type: 'edge@v2' } })]);
  const recorded = objects.find(({ kind }) => kind === 'DefinitionRevision') ?? assert.fail();

  it('has its revision and its topology', () => {
    assert.deepEqual(recordedEnvironment(recorded), [
      { namespace: 'team', name: 'primary', revision: 1, topology: 'edge@v2' },
    ]);
  });

  it('is left out while the DefinitionRevision is terminating', () => {
    const metadata = { ...recorded.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    assert.deepEqual(recordedEnvironment({ ...recorded, metadata }), []);
  });
});
