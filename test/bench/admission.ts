import { down } from '../../deploy/local/hub/down.ts';
import { measureDirectLoad } from './admission/direct-load.ts';
import { openScene, type Scene, type SceneOptions } from './admission/hub-scene.ts';
import { measureGrowth } from './admission/many-deployments.ts';
import { recordResults } from './record.ts';
import { readOptions, usage, type AdmissionOptions } from './admission/options.ts';
import { formatComparisons, formatGrowth, formatTables } from './admission/tables.ts';
import { editsNeeded, measureWrites, prepareWrites } from './admission/through-api-server.ts';

/**
 * Measures the admission of edits on one core beside bare Node, bare express and a webhook of controller-runtime in Go, which get
 * the same requests; with 10 and with 10,000 WorkloadDeployments on the hub; and writes through the API server with and without the
 * webhooks. See `usage` for the options.
 */
const print = (line: string) => void process.stdout.write(`${line}\n`);
const manyDeployments = 10_000;

async function run(options: AdmissionOptions): Promise<void> {
  const { parts, directory, deployments, rounds, keep, record } = options;
  const writes = { rounds, writes: options.writes };
  const directories = [directory, `${directory}-many`];
  const open = async (scene: Omit<SceneOptions, 'print'>): Promise<Scene> => {
    const opened = await openScene({ ...scene, print });
    print(`the hub is ready with ${scene.deployments} deployments`);
    return opened;
  };
  try {
    const hasWrites = parts.includes('api-server');
    const prepare = hasWrites
      ? { prepare: (client: Scene['client']) => prepareWrites(client, editsNeeded(writes)) }
      : {};
    const scene = await open({ directory, deployments, ...prepare });
    if (parts.includes('table')) {
      const rows = await measureDirectLoad(scene, { ...options, print });
      print(formatTables(rows));
      if (record) await recordResults({ admission: rows });
    }
    if (hasWrites) {
      const comparisons = await measureWrites(scene, { ...writes, print });
      print(formatComparisons(comparisons));
      if (record) await recordResults({ 'api-server': comparisons });
    }
    if (parts.includes('growth')) {
      const many = await open({ directory: `${directory}-many`, deployments: manyDeployments });
      const growths = await measureGrowth(scene, many, { ...options, rounds: options.growthRounds, print });
      print(formatGrowth(growths));
      if (record) await recordResults({ growth: growths });
    }
  } finally {
    for (const each of keep ? [] : directories) await down({ directory: each, purge: true, print });
  }
}

const options = readOptions(process.argv.slice(2));
if (options === undefined) print(usage);
else await run(options);
