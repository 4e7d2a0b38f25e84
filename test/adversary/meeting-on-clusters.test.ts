import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { spokeNamespacesAnnotation } from '../../src/domain/annotations.ts';
import {
  eventually,
  getObject,
  kubectl,
  kubectlOk,
  restoreHub,
  sharedHub,
  type CommandResult,
} from '../support/hub.ts';
import { byop, deployment, environment, manifest, profile } from '../support/manifests.ts';
import {
  conditionOf,
  deleteSpokeNamespaces,
  deleteTestObjects,
  waitForReadiness,
  waitUntilApplied,
} from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const hubNamespace = 'managed-cluster-set-global';

describe('two tenants with a common spoke namespace', function () {
  this.timeout(180_000);
  let attacker: TenantUser;
  let victim: TenantUser;
  let spokeNamespace = '';
  /** The label of the clusters: `1` on spoke1, `2` on spoke2. */
  let side = '';
  let placement = '';

  const on = (value: string): JsonObject => ({
    predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { [side]: value } } } }],
  });
  const named = ({ namespace }: TenantUser, name: string, environmentRef: string) => {
    const made = deployment(namespace, { name, environmentRef, spokeNamespace });
    return manifest({ ...made, spec: { ...made.spec, workload: { ...made.spec.workload, name } } });
  };
  const placementOn = (value: string) =>
    manifest({
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { namespace: hubNamespace, name: placement },
      spec: on(value),
    });
  const allowed = (ran: CommandResult) => assert.equal(ran.code, 0, ran.stderr);
  const applied = async ({ namespace }: TenantUser, name: string) => {
    const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
    return conditionOf(found?.status, 'Applied');
  };

  before(async function () {
    this.timeout(300_000);
    await sharedHub();
    await restoreHub([], ['--reservation=5']);
    [attacker, victim] = [await createTenant('attacker'), await createTenant('victim')];
    [spokeNamespace, side, placement] = [`payments-${victim.namespace}`, `side-${victim.namespace}`, victim.namespace];
    for (const value of ['1', '2']) await kubectlOk(['label', 'managedcluster', `spoke${value}`, `${side}=${value}`]);
    for (const { namespace } of [attacker, victim]) {
      const listed = `${spokeNamespacesAnnotation}=${spokeNamespace}`;
      await kubectlOk(['annotate', '--overwrite', 'namespace', namespace, listed]);
    }
    await kubectlOk(['apply', '-f', '-'], { input: placementOn('1') });
    allowed(
      await attacker.apply(
        manifest(
          profile(attacker.namespace),
          environment(attacker.namespace, { name: 'one', placement: on('1') }),
          environment(attacker.namespace, { name: 'two', placement: on('2') }),
          environment(attacker.namespace, { name: 'nowhere', placement: on('3') }),
          environment(attacker.namespace, { name: 'byop', topology: byop(hubNamespace, placement) }),
        ),
      ),
    );
    allowed(
      await victim.apply(
        manifest(profile(victim.namespace), environment(victim.namespace, { name: 'two', placement: on('2') })),
      ),
    );
    await waitForReadiness('Ready', attacker.namespace, 'byop');
    await waitForReadiness('Ready', attacker.namespace, 'one');
    await waitForReadiness('Ready', victim.namespace, 'two');
  });

  after(async () => {
    await restoreHub();
    for (const { namespace } of [attacker, victim]) await deleteTestObjects(namespace);
    await kubectl(['delete', 'placement', placement, '-n', hubNamespace, '--ignore-not-found']);
    await kubectl(['label', 'managedcluster', 'spoke1', 'spoke2', `${side}-`]);
    await deleteSpokeNamespaces(spokeNamespace);
  });

  describe('of whom one comes to a cluster of the other', () => {
    before(async () => {
      allowed(await victim.apply(named(victim, 'api', 'two')));
      await waitUntilApplied(victim.namespace, 'api');
      allowed(await attacker.apply(named(attacker, 'api', 'one')));
      await waitUntilApplied(attacker.namespace, 'api');
    });

    const attempts: { what: string; attempt: () => Promise<CommandResult> }[] = [
      {
        what: 'an edit of the predicates',
        attempt: () => attacker.apply(manifest(environment(attacker.namespace, { name: 'one', placement: on('2') }))),
      },
      {
        what: 'an edit that removes the predicates',
        attempt: () =>
          attacker.apply(
            manifest(environment(attacker.namespace, { name: 'one', placement: { clusterSets: ['global'] } })),
          ),
      },
      {
        what: 'a Placement of its own that it may edit later',
        attempt: () =>
          attacker.apply(
            manifest(environment(attacker.namespace, { name: 'one', topology: byop(hubNamespace, placement) })),
          ),
      },
      { what: 'a move to another Environment', attempt: () => attacker.apply(named(attacker, 'api', 'two')) },
    ];
    for (const { what, attempt } of attempts) {
      it(`cannot do that by ${what}`, async () => {
        const ran = await attempt();
        assert.equal(ran.code, 1, ran.stdout);
        assert.match(ran.stderr, /\(WorkloadConflict\)/);
        assert.doesNotMatch(ran.stderr, /spoke2/, 'the cluster of the other tenant');
        assert.doesNotMatch(
          ran.stderr,
          new RegExp(`WorkloadDeployment ${victim.namespace}/`),
          'the name of the other tenant',
        );
      });
    }

    it('may still select fewer clusters', async () => {
      const fewer = { ...on('1'), numberOfClusters: 1 };
      allowed(await attacker.apply(manifest(environment(attacker.namespace, { name: 'one', placement: fewer }))));
    });
  });

  it('of whom one edits its own Placement: the controller shows the conflict on it, and not on the other', async () => {
    allowed(await attacker.apply(named(attacker, 'roaming', 'byop')));
    await waitUntilApplied(attacker.namespace, 'roaming');
    allowed(await victim.apply(named(victim, 'roaming', 'two')));
    await waitUntilApplied(victim.namespace, 'roaming');
    // Creation times have seconds. Of two works of the same second, that of the older deployment counts as the first.
    await sleep(1500);
    await kubectlOk(['apply', '-f', '-'], { input: placementOn('2') });
    await eventually(
      'the conflict is shown',
      async () => (await applied(attacker, 'roaming')) === 'False WorkloadConflict',
      { withinMs: 60_000 },
    );
    assert.equal(await applied(victim, 'roaming'), 'True Applied');
    await kubectlOk(['apply', '-f', '-'], { input: placementOn('1') });
    await waitUntilApplied(attacker.namespace, 'roaming');
  });

  it('of whom one reserves names without ever selecting a cluster: for a while only', async () => {
    allowed(await attacker.apply(named(attacker, 'squatted', 'nowhere')));
    await eventually(
      'the other one is allowed',
      async () => (await victim.apply(named(victim, 'squatted', 'two'))).code === 0,
      { withinMs: 60_000 },
    );
    await waitUntilApplied(victim.namespace, 'squatted');
    const ran = await attacker.apply(named(attacker, 'squatted', 'two'));
    assert.equal(ran.code, 1, 'the one who reserved nothing cannot come there later');
    assert.match(ran.stderr, /\(WorkloadConflict\)/);
  });
});
