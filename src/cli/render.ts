import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { renderDeployment } from '../catalog/render-deployment.ts';
import { Catalog } from '../catalog/catalog.ts';
import { readObject } from '../offline/read-object.ts';
import { fileStore } from '../catalog/stores/files.ts';
import { renderSettings } from '../config.ts';
import type { HubObject } from '../domain/render/hub-objects.ts';
import type { RenderTools } from '../domain/render/workload-render.ts';
import { builtinTopologies } from '../topology/builtin.ts';
import { UsageError } from '../usage-error.ts';
import type { Manifest } from './files/manifests.ts';
import { schemaProblems } from './files/schema-problems.ts';
import { invalidInput, readApplied, type OfflineOptions } from './offline-command.ts';
import type { StartingEngine } from './offline-engine.ts';
import { structured, type OutputFormat } from './output/structured-output.ts';
import type { Terminal } from './output/terminal.ts';
import { sha256 } from './sha256.ts';

/** Options of `mooring render`. */
export interface RenderCommandOptions extends OfflineOptions {
  output: OutputFormat;
}

/** `mooring render`: prints hub objects. The help documents the exit code. Throws UsageError. */
export async function render(
  paths: readonly string[],
  options: RenderCommandOptions,
  terminal: Terminal,
  engine: StartingEngine,
): Promise<number> {
  if (paths.length === 0) throw new UsageError('there is nothing to render: give a FILE');
  const settings = renderSettings(options);
  const { manifests, isComplete } = await readApplied(paths, options, terminal);
  const deployments = manifests.filter(({ object }) => object.kind === 'WorkloadDeployment');
  if (deployments.length === 0 && isComplete) throw new UsageError('there is no WorkloadDeployment in the files');
  const problems = manifests.flatMap(schemaProblems);
  if (problems.length > 0) {
    terminal.error(problems.map((problem) => `${problem}\n`).join(''));
    return isComplete ? 1 : invalidInput;
  }
  const code = await renderAll(
    { manifests, deployments },
    { topologies: await engine.ready(), settings, hash: sha256 },
    options,
    terminal,
  );
  return isComplete ? code : invalidInput;
}

async function renderAll(
  { manifests, deployments }: { manifests: Manifest[]; deployments: Manifest[] },
  tools: RenderTools,
  options: RenderCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const { systemNamespace } = options;
  const store = fileStore(
    manifests.map(({ object }) => readObject(object)),
    sha256,
  );
  const catalog = new Catalog({ store, hash: sha256, builtins: builtinTopologies, systemNamespace });
  const objects: HubObject[] = [];
  let failed = false;
  for (const { source, object } of deployments) {
    const deployment = object as unknown as WorkloadDeployment;
    const rendered = await renderDeployment(deployment, { catalog, tools });
    const printLine = (text: string) =>
      terminal.error(`${source}: WorkloadDeployment ${deployment.metadata.name}: ${text}\n`);
    if (rendered.state === 'unresolved') {
      failed = true;
      printLine(`${rendered.message} (${rendered.reason})`);
    } else if (!rendered.render.ok) {
      failed = true;
      const { environment, render: failure } = rendered;
      printLine(`Environment ${environment.namespace}/${environment.name}: ${failure.message} (${failure.reason})`);
    } else {
      for (const { path, message } of rendered.render.warnings) printLine(`warning: ${path}: ${message}`);
      for (const hubObject of rendered.render.objects) objects.push(hubObject);
    }
  }
  terminal.out(
    options.output === 'json'
      ? structured({ apiVersion: 'v1', kind: 'List', items: objects }, 'json')
      : objects.map((object) => structured(object, 'yaml')).join('---\n'),
  );
  return failed ? 1 : 0;
}
