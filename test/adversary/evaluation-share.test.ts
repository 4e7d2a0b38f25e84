import assert from 'node:assert/strict';
import { customTopology } from '../support/custom-topology.ts';
import { kubectlOk } from '../support/hub.ts';
import { environment, manifest } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

/** Ten nested loops over a hundred numbers, which do not end. The tenant writes `seed`, so no result is cached. */
const endless = [
  'import "list"',
  'parameter: {seed: int}',
  '_numbers: list.Range(0, 100, 1)',
  `output: count: parameter.seed + len([${'abcdefghij'.replaceAll(/./g, 'for $& in _numbers ')}if a < 0 {a}])`,
].join('\n');
const samples = 8;
const bombers = 6;

describe('evaluations of one tenant that do not end', function () {
  this.timeout(300_000);
  let tenant: TenantUser;
  let victim: TenantUser;
  let topology: string;
  let unique = 0;

  before(async () => {
    [tenant, victim] = [await createTenant('share'), await createTenant('share-victim')];
    topology = `${tenant.namespace}-endless`;
    await kubectlOk(['apply', '-f', '-'], { input: manifest(customTopology(topology, endless)) });
  });

  after(async () => {
    for (const { namespace } of [tenant, victim]) await deleteTestObjects(namespace);
    await kubectlOk(['delete', 'policydefinition', topology, '-n', 'mural-system']);
  });

  /** Sends dry runs of new Environments, so that nothing is cached. Returns the median of their durations in ms. */
  async function medianOfDryRuns(): Promise<number> {
    const times: number[] = [];
    for (let sample = 0; sample < samples; sample += 1) {
      unique += 1;
      const object = environment(victim.namespace, { placement: { numberOfClusters: unique } });
      const began = performance.now();
      const { code, stderr } = await victim.apply(manifest(object), '--dry-run=server');
      times.push(performance.now() - began);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stderr, /could not be checked/);
    }
    return times.toSorted((left, right) => left - right)[Math.floor(samples / 2)] ?? assert.fail();
  }

  it('do not delay the dry runs of another tenant', async () => {
    await medianOfDryRuns();
    const alone = await medianOfDryRuns();
    const stopping = new AbortController();
    const bombs = Array.from({ length: bombers }, async () => {
      while (!stopping.signal.aborted) {
        unique += 1;
        const properties = { seed: unique };
        const object = environment(tenant.namespace, {
          name: `bomb-${unique}`,
          topology: { type: topology, properties },
        });
        await tenant.apply(manifest(object), '--dry-run=server');
      }
    });
    try {
      // The first evaluation must reach its deadline before its namespace is known to be slow.
      await new Promise((resolve) => setTimeout(resolve, 5000));
      const besideBombs = await medianOfDryRuns();
      assert.ok(besideBombs < 5 * alone, `${Math.round(besideBombs)} ms instead of ${Math.round(alone)} ms`);
    } finally {
      stopping.abort();
      await Promise.all(bombs);
    }
  });
});
