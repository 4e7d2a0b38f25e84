import { guarded, rulesOff, unguarded, type Hazard } from '../../deploy/local/hazards/hazards.ts';
import { makePlacements, removePlacements } from '../../deploy/local/hazards/placements.ts';
import { Scene } from '../../deploy/local/hazards/scene.ts';
import { freshNamespace, mend, sharedHub } from '../support/hub.ts';
import { clearSpokes, vacate } from '../support/tenant.ts';

// What `npm run demo:hazards` tells, told to nobody: a scene throws where something is not as it says.
describe('the hazards of namespaces on spokes', function () {
  this.timeout(180_000);

  before(async () => {
    await makePlacements(await sharedHub());
  });
  after(async () => {
    await removePlacements(await sharedHub());
  });

  describe('happen where the rules are off', () => {
    before(async () => {
      await sharedHub();
      await mend([...rulesOff]);
    });
    // The next group, and every other test, wants them on.
    after(() => mend());
    play(unguarded);
  });

  describe('do not happen where they are on', () => {
    play(guarded);
  });
});

/** Plays hazards side by side: the time goes into waiting. */
function play(hazards: readonly Hazard[]): void {
  const scenes: Scene[] = [];
  let runs: Promise<Error | undefined>[] = [];

  before(async () => {
    const hub = await sharedHub();
    for (const { name } of hazards) scenes.push(new Scene(hub, await freshNamespace(name)));
    runs = hazards.map((hazard, index) => outcome(hazard, sceneAt(index)));
  });
  after(async () => {
    await Promise.all(runs);
    await Promise.all(scenes.map(({ namespace }) => vacate(namespace)));
    await clearSpokes('h6-shop', ...scenes.map(({ namespace }) => namespace));
  });

  for (const [index, { title }] of hazards.entries()) {
    it(title, async () => {
      const problem = await runs[index];
      if (problem !== undefined) throw problem;
    });
  }

  function sceneAt(index: number): Scene {
    const scene = scenes[index];
    if (scene === undefined) throw new Error(`there is no scene ${index}`);
    return scene;
  }
}

/** What went wrong in a scene, with its story so far; `undefined` where nothing did. */
async function outcome(hazard: Hazard, scene: Scene): Promise<Error | undefined> {
  try {
    await hazard.play(scene);
    return undefined;
  } catch (error) {
    return new Error(['not as told:', ...scene.lines].join('\n'), { cause: error });
  }
}
