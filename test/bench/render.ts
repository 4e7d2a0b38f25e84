import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../src/api/object.ts';
import type { TopologyContext } from '../../src/api/topology-context.ts';
import { cacheFolder } from '../../src/cli/topologies.ts';
import { createLog } from '../../src/log.ts';
import { builtinTopologies } from '../../src/topology/builtin.ts';
import { createTopologyEngine } from '../../src/topology/engine.ts';
import { buildCueModule } from '../../src/topology/module.ts';
import { recordResults } from './record.ts';
import { startNativeCue } from './render/native-cue.ts';
import { median } from './statistics.ts';

/**
 * Compares CUE in the sandbox (WebAssembly in a thread) with the same Go sources as a program of the machine: the median time of
 * a render of the built-in topologies. `--record` writes the results to docs/performance.json. The results of both must be equal.
 */
const print = (line: string) => void process.stdout.write(`${line}\n`);
const rounds = 7;
const rendersPerRound = 30;
const warmUp = 150;

const workload = (name: string) => ({
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Workload',
  metadata: { name, namespace: 'shop', labels: { app: name, team: 'frontend' } },
  spec: { components: [{ name: 'ui', type: 'webservice', properties: { image: 'shop:1', port: 8080 } }] },
});
const namespaceObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const context: TopologyContext = {
  name: 'shop',
  workloadName: 'shop',
  namespace: 'shop',
  deployment: { namespace: 'team', name: 'shop' },
  appName: 'shop',
  appRevision: 'shop-v2',
  appRevisionNum: 2,
  appLabels: {},
  appAnnotations: {},
  components: workload('shop').spec.components,
  environment: 'primary',
  workloadYamls: [namespaceObject, workload('shop')].map((object) => JSON.stringify(object)),
};
const parameters: Record<keyof typeof builtinTopologies, JsonObject> = {
  'topology-ocm': {
    hubNamespace: 'managed-cluster-set-global',
    placement: {
      numberOfClusters: 2,
      predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { region: 'us-east-2' } } } }],
    },
    manifestWorkReplicaSet: { rolloutStrategy: { type: 'All', all: {} } },
  },
  'topology-ocm-byop': { placementRefs: [{ name: 'placement-1' }, { name: 'placement-2' }] },
};

/** The median time of a render, and the CPU time of all threads per render, in ms. */
interface RenderTimes {
  ms: number;
  cpuMs: number;
}

/** One way to render. `cpuMs` is the CPU time of the process so far. */
interface Side {
  render(): Promise<{ ms: number; objects: JsonValue }>;
  cpuMs(): Promise<number>;
}

async function measure(side: Side): Promise<RenderTimes> {
  const before = await side.cpuMs();
  const times: number[] = [];
  for (let index = 0; index < rendersPerRound; index += 1) times.push((await side.render()).ms);
  return { ms: median(times), cpuMs: ((await side.cpuMs()) - before) / rendersPerRound };
}

async function compare(sandbox: Side, native: Side): Promise<{ sandbox: RenderTimes; native: RenderTimes }> {
  assert.deepEqual((await sandbox.render()).objects, (await native.render()).objects);
  for (let index = 0; index < warmUp; index += 1) await sandbox.render();
  for (let index = 0; index < warmUp; index += 1) await native.render();
  const measured = { sandbox: [] as RenderTimes[], native: [] as RenderTimes[] };
  for (let round = 0; round < rounds; round += 1) {
    measured.sandbox.push(await measure(sandbox));
    measured.native.push(await measure(native));
  }
  const mediansOf = (times: readonly RenderTimes[]) => ({
    ms: median(times.map(({ ms }) => ms)),
    cpuMs: median(times.map(({ cpuMs }) => cpuMs)),
  });
  return { sandbox: mediansOf(measured.sandbox), native: mediansOf(measured.native) };
}

const module = await buildCueModule({ cacheDir: cacheFolder(process.env), onProgress: print });
const log = createLog('silent', 'bench');
const engineOptions = { module, workers: 1, deadlineMs: 30_000, memoryMiB: 256, log, replaceAfter: Infinity };
const engine = await createTopologyEngine(engineOptions);
const native = await startNativeCue();
const results: JsonObject = {};
try {
  for (const [name, template] of Object.entries(builtinTopologies)) {
    const parameter = parameters[name as keyof typeof parameters];
    const compiled = { mode: 'compile', template };
    await native.evaluate(compiled); // as the sandbox does when it starts
    const sandboxSide: Side = {
      async render() {
        const began = performance.now();
        const result = await engine.render(template, parameter, context);
        const ms = performance.now() - began;
        if (!result.ok) throw new Error(JSON.stringify(result));
        return { ms, objects: result.objects };
      },
      cpuMs() {
        const { user, system } = process.cpuUsage();
        return Promise.resolve((user + system) / 1000);
      },
    };
    const nativeSide: Side = {
      async render() {
        const { ms, response } = await native.evaluate({ mode: 'render', template, parameter, context });
        return { ms, objects: JSON.parse(response).objects };
      },
      cpuMs: async () => (await native.evaluate(compiled)).cpuMs,
    };
    const { sandbox, native: ofNative } = await compare(sandboxSide, nativeSide);
    const ratios = { time: sandbox.ms / ofNative.ms, cpu: sandbox.cpuMs / ofNative.cpuMs };
    results[name] = { sandbox: { ...sandbox }, native: { ...ofNative } };
    print(
      `${name}: sandbox ${sandbox.ms.toFixed(2)} ms, native ${ofNative.ms.toFixed(2)} ms, ratio ${ratios.time.toFixed(2)}; CPU time ${sandbox.cpuMs.toFixed(2)} and ${ofNative.cpuMs.toFixed(2)} ms, ratio ${ratios.cpu.toFixed(2)}`,
    );
  }
} finally {
  await native.close();
  await engine.close();
}
if (process.argv.includes('--record')) await recordResults({ render: results });
