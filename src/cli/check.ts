import { parseArgs } from 'node:util';
import { kinds } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import { renderFlags, renderSettings, ruleFlags, severities, UsageError } from '../config.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import type { Severities } from '../domain/admission/rule.ts';
import { createLog } from '../log.ts';
import { rememberingEngine } from '../topology/remembering-engine.ts';
import { builtinTopologies } from '../topology/builtin.ts';
import { namesOfKind } from './live/kind-argument.ts';
import { readManifests, refuseUnserved, withNamespace, type Manifest } from './files/manifests.ts';
import { OfflineHub, type OfflineResult } from '../offline/offline-hub.ts';
import { isDecided } from './files/served-kind.ts';
import { sha256 } from './sha256.ts';
import type { Terminal } from './output/terminal.ts';
import { openTopologies } from './topologies.ts';
import { formatViolation } from '../domain/violation.ts';

export const checkUsage = `Usage: mooring check [--state FILE]… [--delete KIND/NAMESPACE/NAME]… [-n NAMESPACE] [-o json]
       [--rule CODE=deny|warn|off]… [--system-namespace NAME] [FILE…]

Says what admission would say, with no cluster: applies the manifests in their order, then deletes, on top of the state.
FILE is a manifest, a folder of manifests, or - for standard input. A state is manifests or what \`kubectl get -o yaml\`
prints: what is in it counts as recorded and applied; a status that is missing is worked out. Rights are not checked.

Exit code 0: all admitted, 1: something was refused, 2: unusable input.`;

interface CheckOptions {
  states: string[];
  files: string[];
  deletions: Deletion[];
  namespace: string;
  output: 'text' | 'json';
  systemNamespace: string;
  sharedHubNamespaces: readonly string[];
  severities: Severities;
  cueModule: string | undefined;
}

interface Deletion {
  kind: string;
  namespace: string;
  name: string;
}

/** `mooring check`: exit code 0, 1 or 2 as its usage says. */
export async function check(args: string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    terminal.out(`${checkUsage}\n`);
    return 0;
  }
  const { namespace, cueModule } = options;
  const state = withNamespace(await readManifests(options.states, () => terminal.stdin()), namespace);
  const manifests = withNamespace(await readManifests(options.files, () => terminal.stdin()), namespace);
  refuseUnusable(state, manifests, options);
  const engine = await openTopologies(
    { cueModule, deadlineMs: 30_000, memoryMiB: 256, workers: 1 },
    terminal.environment,
    createLog('warn', 'check'),
  );
  try {
    const topologies = rememberingEngine({ engine, size: 2000, stoppedForMs: 60_000, now: Date.now });
    const hub = new OfflineHub(
      state.map(({ object }) => object),
      {
        topologies,
        builtins: builtinTopologies,
        hash: sha256,
        systemNamespace: options.systemNamespace,
        sharedHubNamespaces: options.sharedHubNamespaces,
        severities: options.severities,
      },
    );
    return await report(carryOut(hub, manifests, options.deletions), options.output, terminal);
  } finally {
    await engine.close();
  }
}

/** One step after the other, each on top of what those before it have left. */
async function* carryOut(
  hub: OfflineHub,
  manifests: readonly Manifest[],
  deletions: readonly Deletion[],
): AsyncGenerator<OfflineResult | { skipped: KubeObject }> {
  for (const { object } of manifests) {
    if (isDecided(object)) {
      yield await hub.apply(object);
      continue;
    }
    hub.take(object);
    yield { skipped: object };
  }
  for (const { kind, namespace, name } of deletions) yield await hub.delete(kind, namespace, name);
}

/** Throws UsageError for what makes no sense, whatever admission says. */
function refuseUnusable(state: readonly Manifest[], manifests: readonly Manifest[], options: CheckOptions): void {
  const all = [...state, ...manifests];
  refuseUnserved(all);
  const { files, deletions } = options;
  if (files.length > 0 && manifests.length === 0) throw new UsageError(`there is no object in ${files.join(', ')}`);
  const known = new Set(all.filter(({ object }) => isDecided(object)).map(({ object }) => nameOf(object)));
  for (const { kind, namespace, name } of deletions) {
    const wanted = `${kind}/${namespace}/${name}`;
    if (known.has(wanted)) continue;
    throw new UsageError(`--delete ${wanted}: there is none, neither in the state nor in the files`);
  }
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

async function report(
  steps: AsyncGenerator<OfflineResult | { skipped: KubeObject }>,
  output: CheckOptions['output'],
  terminal: Terminal,
): Promise<number> {
  const results: OfflineResult[] = [];
  for await (const step of steps) {
    if ('skipped' in step) {
      const { kind, metadata } = step.skipped;
      if (output === 'text')
        terminal.out(`${kind.toLowerCase()}/${metadata.name} not checked: admission does not decide about it\n`);
      continue;
    }
    results.push(step);
    if (output === 'text') printStep(step, terminal);
  }
  if (output === 'json') terminal.out(`${JSON.stringify({ results: results.map(resultJson) }, null, 2)}\n`);
  for (const line of uncheckedRights(results)) terminal.error(`${line}\n`);
  return results.every(({ allowed }) => allowed) ? 0 : 1;
}

function resultJson({ operation, resource, namespace, name, allowed, violations }: OfflineResult): object {
  return {
    operation,
    kind: resource.kind,
    namespace,
    name,
    allowed,
    violations: violations.map(({ code, severity, path, message }) => ({ code, severity, path, message })),
  };
}

function printStep(result: OfflineResult, terminal: Terminal): void {
  const { violations, notes, allowed, resource, namespace, name } = result;
  const warnings = violations.filter(({ severity }) => severity === 'warn').map(formatViolation);
  for (const warning of [...warnings, ...notes]) terminal.error(`Warning: ${warning}\n`);
  const title = `${resource.kind.toLowerCase()}.${resource.group}/${name}`;
  if (allowed) {
    terminal.out(`${title} ${doneTo(result)}\n`);
    return;
  }
  const denials = violations.filter(({ severity }) => severity === 'deny').map(formatViolation);
  const asked = { CREATE: 'created', UPDATE: 'configured', DELETE: 'deleted' }[result.operation];
  terminal.out(`${title} in ${namespace} would not be ${asked}:\n${denials.map((line) => `* ${line}\n`).join('')}`);
}

function doneTo({ operation, unchanged }: OfflineResult): string {
  if (operation === 'UPDATE') return unchanged ? 'unchanged' : 'configured';
  return operation === 'CREATE' ? 'created' : 'deleted';
}

function uncheckedRights(results: readonly OfflineResult[]): string[] {
  const lines = results.flatMap(({ unchecked }) =>
    unchecked.map(({ verb, resource, namespace, name }) => {
      const what = name === undefined ? `${resource} in namespace ${namespace}` : `${resource} ${namespace}/${name}`;
      return `Note: unchecked right: ${verb} ${what}`;
    }),
  );
  return [...new Set(lines)];
}

function readOptions(args: string[]): CheckOptions | 'help' {
  const flags = {
    ...renderFlags,
    ...ruleFlags,
    state: { type: 'string', multiple: true },
    delete: { type: 'string', multiple: true },
    namespace: { type: 'string', short: 'n', default: 'default' },
    output: { type: 'string', short: 'o', default: 'text' },
    'system-namespace': { type: 'string', default: 'mural-system' },
    'cue-module': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseStrictly(() => parseArgs({ args, options: flags, allowPositionals: true }));
  if (values.help === true) return 'help';
  const { output } = values;
  if (output !== 'text' && output !== 'json') throw new UsageError(`-o ${output}: use json, or leave it out`);
  const states = values.state ?? [];
  const deletions = (values.delete ?? []).map(readDeletion);
  if (positionals.length + deletions.length === 0) throw new UsageError(`what is to be checked?\n${checkUsage}`);
  if ([...states, ...positionals].filter((file) => file === '-').length > 1) {
    throw new UsageError('- stands for standard input, which can be read once only');
  }
  return {
    states,
    files: positionals,
    deletions,
    namespace: values.namespace,
    output,
    systemNamespace: values['system-namespace'],
    sharedHubNamespaces: renderSettings(values).sharedHubNamespaces,
    severities: severities(values.rule),
    cueModule: values['cue-module'],
  };
}

function readDeletion(text: string): Deletion {
  const [asked = '', namespace = '', name = '', ...more] = text.split('/');
  if (asked === '' || namespace === '' || name === '' || more.length > 0) {
    throw new UsageError(`--delete ${text}: use KIND/NAMESPACE/NAME`);
  }
  const known = kinds.filter(({ on }) => on === 'hub').map(({ resource }) => resource.kind);
  const kind = known.find((candidate) => namesOfKind(candidate).includes(asked.toLowerCase()));
  if (kind === undefined) {
    throw new UsageError(
      `--delete ${text}: there is no kind ${asked}${didYouMean(asked, known)} (kinds: ${known.join(', ')})`,
    );
  }
  return { kind, namespace, name };
}

function parseStrictly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${checkUsage}`, { cause: error });
  }
}
