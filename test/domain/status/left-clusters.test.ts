import assert from 'node:assert/strict';
import type { WorkloadDeploymentStatus } from '../../../src/api/workload-deployment.ts';
import { leftClustersMessage, type WorksOnHub } from '../../../src/domain/status/left-clusters.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';

const orphanedWorkload = { ...kept, workload: { orphan: true } };
const status = (over: Partial<WorkloadDeploymentStatus> = {}): WorkloadDeploymentStatus => ({
  workload: { namespace: 'shop', name: 'web' },
  effectiveLifecycle: owned,
  selectedClusters: ['a', 'b'],
  ...over,
});
const on = (...clusters: string[]): WorksOnHub => ({ clusters, hadReplicaSet: true, isManaged: () => true });
const messageOf = (before: WorkloadDeploymentStatus | undefined, now: WorksOnHub) => leftClustersMessage(before, now);

describe('the message about clusters that a deployment has lost', () => {
  const silent: { why: string; before: WorkloadDeploymentStatus | undefined; now: WorksOnHub }[] = [
    { why: 'nothing is lost', before: status(), now: on('a', 'b') },
    { why: 'a cluster is new', before: status(), now: on('a', 'b', 'c') },
    { why: 'it had no cluster', before: status({ selectedClusters: [] }), now: on() },
    { why: 'its status lists no clusters', before: {}, now: on() },
    { why: 'it has no status', before: undefined, now: on() },
  ];
  for (const { why, before, now } of silent) {
    it(`is absent: ${why}`, () => assert.equal(messageOf(before, now), undefined));
  }

  const fates: { what: string; over: Partial<WorkloadDeploymentStatus>; says: string }[] = [
    {
      what: 'an owner',
      over: {},
      says: 'Workload shop/web is removed from b; Namespace shop is deleted there with everything in it, unless another deployment owns it',
    },
    {
      what: 'a guest',
      over: { effectiveLifecycle: guest },
      says: 'Workload shop/web is removed from b; Namespace shop stays',
    },
    {
      what: 'a keeper',
      over: { effectiveLifecycle: kept },
      says: 'Workload shop/web is removed from b; Namespace shop stays',
    },
    {
      what: 'a keeper whose agent has not confirmed it',
      over: { effectiveLifecycle: kept, orphanPendingClusters: ['b'] },
      says: 'Workload shop/web is removed from b; Namespace shop is deleted there with everything in it, unless another deployment owns it',
    },
    {
      what: 'an orphaned Workload',
      over: { effectiveLifecycle: orphanedWorkload },
      says: 'Workload shop/web stays on b, and is not managed there any more; Namespace shop stays',
    },
  ];
  for (const { what, over, says } of fates) {
    it(`says what happens on the cluster to ${what}`, () => {
      assert.ok(messageOf(status(over), on('a'))?.startsWith(`${says}: `), messageOf(status(over), on('a')));
    });
  }

  it('names the clusters where the namespace is deleted, if it stays on others', () => {
    const before = status({ effectiveLifecycle: kept, orphanPendingClusters: ['a'] });
    assert.match(
      messageOf(before, on()) ?? '',
      /^Workload shop\/web is removed from a, b; Namespace shop is deleted on a with/,
    );
  });

  it('assumes the worst if the status does not tell the lifecycle', () => {
    const message = messageOf({ selectedClusters: ['a'] }, on());
    assert.match(message ?? '', /^the Workload is removed from a; its Namespace is deleted there/);
  });

  it('says why, as far as the hub shows it', () => {
    const why = (now: Partial<WorksOnHub>) =>
      messageOf(status(), { ...on('a'), ...now })
        ?.split(': ')
        .at(-1);
    assert.match(
      why({}) ?? '',
      /^OCM does not select the cluster any more, because .*, or somebody deleted the ManifestWork$/,
    );
    assert.equal(why({ hadReplicaSet: false }), 'its ManifestWorkReplicaSet was deleted; mooring applies it again');
    assert.equal(why({ isManaged: (cluster) => cluster === 'a' }), 'ManagedCluster b was removed from the hub');
  });

  it('lists at most ten clusters', () => {
    const selectedClusters = Array.from({ length: 12 }, (_, index) => `c${index}`);
    assert.match(messageOf(status({ selectedClusters }), on()) ?? '', /c9 and 2 more; /);
  });
});
