import { HazardRun } from '../../deploy/local/hazards/hazard-run.ts';
import {
  disabledRules,
  hazardsWithoutRules,
  hazardsWithRules,
  type Hazard,
} from '../../deploy/local/hazards/hazards.ts';
import { applyPlacements, deletePlacements } from '../../deploy/local/hazards/placements.ts';
import { createNamespace, restoreHub, sharedHub } from '../support/hub.ts';
import { deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

// Runs what `npm run demo:hazards` prints. A hazard throws if the clusters behave differently from what its transcript says.
describe('the hazards of namespaces on spokes', function () {
  this.timeout(180_000);

  before(async () => {
    await applyPlacements(await sharedHub());
  });
  after(async () => {
    await deletePlacements(await sharedHub());
  });

  describe('happen when the rules are off', () => {
    before(async () => {
      await sharedHub();
      await restoreHub([...disabledRules]);
    });
    // The next group and every other test need the rules.
    after(() => restoreHub());
    testHazards(hazardsWithoutRules);
  });

  describe('do not happen when the rules are on', () => {
    testHazards(hazardsWithRules);
  });
});

/** Runs hazards at the same time, because most of their time is waiting. */
function testHazards(hazards: readonly Hazard[]): void {
  const runs: HazardRun[] = [];
  let results: Promise<Error | undefined>[] = [];

  before(async () => {
    const hub = await sharedHub();
    for (const { name } of hazards) runs.push(new HazardRun(hub, await createNamespace(name)));
    results = hazards.map((hazard, index) => runHazard(hazard, runAt(index)));
  });
  after(async () => {
    await Promise.all(results);
    await Promise.all(runs.map(({ namespace }) => deleteTestObjects(namespace)));
    await deleteSpokeNamespaces('h6-shop', ...runs.map(({ namespace }) => namespace));
  });

  for (const [index, { title }] of hazards.entries()) {
    it(title, async () => {
      const problem = await results[index];
      if (problem !== undefined) throw problem;
    });
  }

  function runAt(index: number): HazardRun {
    const run = runs[index];
    if (run === undefined) throw new Error(`there is no run ${index}`);
    return run;
  }
}

/** The error of a hazard with its transcript until then. Undefined if the hazard behaved as described. */
async function runHazard(hazard: Hazard, run: HazardRun): Promise<Error | undefined> {
  try {
    await hazard.run(run);
    return undefined;
  } catch (error) {
    return new Error(['the hazard did not behave as described:', ...run.transcript].join('\n'), { cause: error });
  }
}
