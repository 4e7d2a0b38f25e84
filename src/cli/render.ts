import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { kindNamed } from '../api/kinds.ts';
import type { JsonObject } from '../api/object.ts';
import { schemaErrors } from '../api/validate.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { renderFlags, renderSettings, UsageError } from '../config.ts';
import { renderDeployment } from '../catalog/render-deployment.ts';
import type { HubObject } from '../domain/render/hub-objects.ts';
import { Catalog } from '../catalog/catalog.ts';
import { fileStore } from '../catalog/stores/files.ts';
import { createLog } from '../log.ts';
import { builtinTopologies } from '../topology/builtin.ts';
import type { TopologyEngine } from '../topology/topology-result.ts';
import { readManifests, refuseUnserved, withNamespace, type Manifest } from './files/manifests.ts';
import { kubectlProblems } from '../offline/kubectl-checks.ts';
import { readObject } from '../offline/read-object.ts';
import { sha256 } from './sha256.ts';
import type { Terminal } from './output/terminal.ts';
import { openTopologies } from './topologies.ts';

export const renderUsage = `Usage: mooring render [-n NAMESPACE] [-o yaml|json] [--system-namespace NAME] FILE…

Prints what the controller would apply on the hub for every WorkloadDeployment in the files, with no cluster.
FILE is a manifest, a folder of manifests, or - for standard input. Exit code 0: all rendered, 1: something could
not be rendered (said on standard error, with the path), 2: unusable input.`;

interface RenderOptions {
  files: string[];
  namespace: string;
  output: 'yaml' | 'json';
  systemNamespace: string;
  settings: ReturnType<typeof renderSettings>;
  cueModule: string | undefined;
}

/** `mooring render`: exit code 0, 1 or 2 as its usage says. */
export async function render(args: string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    terminal.out(`${renderUsage}\n`);
    return 0;
  }
  const manifests = withNamespace(await readManifests(options.files, () => terminal.stdin()), options.namespace);
  refuseUnserved(manifests);
  const deployments = manifests.filter(({ object }) => object.kind === 'WorkloadDeployment');
  if (deployments.length === 0) throw new UsageError('there is no WorkloadDeployment in the files');
  const problems = manifests.flatMap(schemaProblems);
  if (problems.length > 0) {
    terminal.error(problems.map((problem) => `${problem}\n`).join(''));
    return 1;
  }
  const { cueModule } = options;
  const topology = { cueModule, deadlineMs: 30_000, memoryMiB: 256, workers: 1 };
  const topologies = await openTopologies(topology, terminal.environment, createLog('warn', 'render'));
  try {
    return await renderAll(manifests, deployments, topologies, options, terminal);
  } finally {
    await topologies.close();
  }
}

function readOptions(args: string[]): RenderOptions | 'help' {
  const flags = {
    ...renderFlags,
    namespace: { type: 'string', short: 'n', default: 'default' },
    output: { type: 'string', short: 'o', default: 'yaml' },
    'system-namespace': { type: 'string', default: 'mural-system' },
    'cue-module': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseStrictly(() => parseArgs({ args, options: flags, allowPositionals: true }));
  if (values.help === true) return 'help';
  const { output } = values;
  if (output !== 'yaml' && output !== 'json') throw new UsageError(`-o ${output}: use yaml or json`);
  if (positionals.length === 0) throw new UsageError(`which files?\n${renderUsage}`);
  return {
    files: positionals,
    namespace: values.namespace,
    output,
    systemNamespace: values['system-namespace'],
    settings: renderSettings(values),
    cueModule: values['cue-module'],
  };
}

function parseStrictly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${renderUsage}`, { cause: error });
  }
}

/** The lines with which kubectl or the API server would refuse a manifest. */
function schemaProblems({ source, object }: Manifest): string[] {
  const kind = kindNamed(object.kind);
  if (kind === undefined) return [];
  const plain = object as JsonObject & typeof object;
  const problems = [...kubectlProblems(object), ...schemaErrors(kind, plain)];
  return problems.map(({ path, message }) => `${source}: ${object.kind} ${object.metadata.name}: ${path}: ${message}`);
}

async function renderAll(
  manifests: Manifest[],
  deployments: Manifest[],
  topologies: TopologyEngine,
  { systemNamespace, settings, output }: RenderOptions,
  terminal: Terminal,
): Promise<number> {
  const store = fileStore(
    manifests.map(({ object }) => readObject(object)),
    sha256,
  );
  const catalog = new Catalog({ store, hash: sha256, builtins: builtinTopologies, systemNamespace });
  const tools = { topologies, settings, hash: sha256 };
  const objects: HubObject[] = [];
  let failed = false;
  for (const { source, object } of deployments) {
    const deployment = object as unknown as WorkloadDeployment;
    const rendered = await renderDeployment(deployment, { catalog, tools });
    const say = (text: string) =>
      terminal.error(`${source}: WorkloadDeployment ${deployment.metadata.name}: ${text}\n`);
    if (rendered.state === 'unresolved') {
      failed = true;
      say(`${rendered.message} (${rendered.reason})`);
    } else if (!rendered.render.ok) {
      failed = true;
      const { environment, render: failure } = rendered;
      say(`Environment ${environment.namespace}/${environment.name}: ${failure.message} (${failure.reason})`);
    } else {
      for (const { path, message } of rendered.render.warnings) say(`warning: ${path}: ${message}`);
      objects.push(...rendered.render.objects);
    }
  }
  terminal.out(output === 'json' ? jsonList(objects) : yamlStream(objects));
  return failed ? 1 : 0;
}

function yamlStream(objects: HubObject[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

function jsonList(items: HubObject[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`;
}
