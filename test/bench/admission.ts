import { down } from '../../deploy/local/hub/down.ts';
import { measureDirectLoad } from './admission/direct-load.ts';
import { openScene } from './admission/hub-scene.ts';
import { readOptions, usage, type AdmissionOptions } from './admission/options.ts';
import { formatTables } from './admission/table.ts';

/**
 * Measures the admission of edits on one core beside bare Node, bare express and a webhook of controller-runtime in Go, which get
 * the same requests. See `usage` for the options.
 */
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function run({ directory, deployments, keep, ...options }: AdmissionOptions): Promise<void> {
  try {
    const scene = await openScene(directory, deployments, print);
    print(`the hub is ready with ${deployments} deployments`);
    print(formatTables(await measureDirectLoad(scene, { ...options, print })));
  } finally {
    if (!keep) await down({ directory, purge: true, print });
  }
}

const options = readOptions(process.argv.slice(2));
if (options === undefined) print(usage);
else await run(options);
