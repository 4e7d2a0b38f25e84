import assert from 'node:assert/strict';
import { namespaceMetadataConflict } from '../../../../src/domain/admission/rules/namespace-metadata-conflict.ts';
import type { DeploymentChange } from '../../../../src/domain/spoke/change.ts';
import {
  deploymentChange,
  deploymentRequest,
  environmentRequest,
  messagesOf,
  peer,
  spokeState,
} from '../../../support/deployment-changes.ts';
import { findingsOf } from '../../../support/facts.ts';

const level = (value: string) => new Map([['labels[pod-security.kubernetes.io/enforce]', value]]);
const state = spokeState('owner', ['spoke1'], { workload: 'web2' });
const restricted = peer(state, { namespaceMetadata: level('restricted') });
const change = (over: Partial<DeploymentChange> = {}) =>
  deploymentChange({
    desired: spokeState('owner', ['spoke1']),
    namespaceMetadata: { now: level('privileged') },
    peers: [restricted],
    ...over,
  });
const path = 'spec.workload.namespaceMetadata';
const found = (over: Partial<DeploymentChange>) =>
  findingsOf(namespaceMetadataConflict, deploymentRequest(change(over)));
const denied = [{ path }];
const observed = spokeState('owner', ['spoke1']);

describe('NamespaceMetadataConflict', () => {
  it('denies another value for the same label of the same Namespace, and names the field', () => {
    assert.deepEqual(found({}), denied);
    assert.equal(
      messagesOf(namespaceMetadataConflict, deploymentRequest(change())),
      'Namespace shop is shared on spoke1: WorkloadDeployment other/cart gives it another value of labels[pod-security.kubernetes.io/enforce], so the value would alternate; use the same value, or leave it out in one of them',
    );
  });

  it('does not say which field it is to a requester who may not see the other deployment', () => {
    const hidden = { ...restricted, visible: false };
    const message = messagesOf(namespaceMetadataConflict, deploymentRequest(change({ peers: [hidden] })));
    assert.match(message, /another WorkloadDeployment gives it another value of a label or annotation/);
    assert.doesNotMatch(message, /cart|pod-security|spoke1/);
  });

  it('denies an edit of the metadata alone', () => {
    const edit = change({ observed, namespaceMetadata: { now: level('privileged'), before: level('restricted') } });
    const facts = { ...deploymentRequest(), metadataChange: edit };
    assert.deepEqual(findingsOf(namespaceMetadataConflict, facts), denied);
  });

  it('denies an edit of an Environment whose deployments then create the Namespace', () => {
    const both = { now: level('privileged'), before: level('privileged') };
    const edit = change({ observed: spokeState('guest', ['spoke1']), namespaceMetadata: both });
    assert.deepEqual(findingsOf(namespaceMetadataConflict, environmentRequest(edit)), [{ path: 'spec.topology' }]);
  });

  const others: { why: string; over: Partial<DeploymentChange>; severity?: 'warn' | 'deny' }[] = [
    {
      why: 'the lifecycle of the other is not known',
      over: { peers: [{ ...restricted, state: spokeState('unknown') }] },
      severity: 'deny',
    },
    { why: 'they are on different clusters now', over: { desired: spokeState('owner', ['spoke2']) }, severity: 'warn' },
    { why: 'it waits for its Environment', over: { isInitialWait: true }, severity: 'warn' },
    {
      why: 'another value conflicts as well',
      over: {
        observed,
        namespaceMetadata: {
          now: new Map([...level('privileged'), ['labels[tier]', 'gold']]),
          before: level('privileged'),
        },
        peers: [peer(state, { namespaceMetadata: new Map([...level('restricted'), ['labels[tier]', 'silver']]) })],
      },
      severity: 'deny',
    },
    { why: 'the values are equal', over: { namespaceMetadata: { now: level('restricted') } } },
    { why: 'the other sets nothing', over: { peers: [peer(state)] } },
    { why: 'it sets nothing', over: { namespaceMetadata: { now: new Map() } } },
    {
      why: 'nothing is known about it',
      over: { namespaceMetadata: { now: level('x') }, desired: spokeState('guest', ['spoke1']) },
    },
    {
      why: 'the other does not create the Namespace',
      over: { peers: [{ ...restricted, state: spokeState('guest', ['spoke1']) }] },
    },
    {
      why: 'the other is in another namespace',
      over: { desired: spokeState('owner', ['spoke1'], { namespace: 'store' }) },
    },
    {
      why: 'they conflicted before',
      over: { observed, namespaceMetadata: { now: level('privileged'), before: level('privileged') } },
    },
  ];
  for (const { why, over, severity } of others) {
    it(`finds ${severity ?? 'nothing'} if ${why}`, () => {
      assert.deepEqual(found(over), severity === undefined ? [] : severity === 'deny' ? denied : [{ path, severity }]);
    });
  }

  it('finds nothing without a desired state or metadata', () => {
    const { desired: _, ...deleted } = change();
    const { namespaceMetadata: __, ...plain } = change();
    assert.deepEqual(findingsOf(namespaceMetadataConflict, deploymentRequest(deleted, plain)), []);
  });
});
