import type { KubeObject } from '../../api/object.ts';
import type { Violation } from '../../domain/violation.ts';
import type { OfflineResult } from '../../offline/offline-hub.ts';
import type { Terminal } from './terminal.ts';

/** What `mooring check` did with one manifest or deletion. */
export type CheckStep = OfflineResult | { skipped: KubeObject };

/** Prints each step, or all results as JSON. Returns the exit code: 1 if something was refused, else 0. */
export async function reportSteps(
  steps: AsyncIterable<CheckStep>,
  output: 'text' | 'json',
  terminal: Terminal,
): Promise<number> {
  const results: OfflineResult[] = [];
  for await (const step of steps) {
    if (!('skipped' in step)) results.push(step);
    if (output === 'text') printStep(step, terminal);
  }
  if (output === 'json') terminal.out(`${JSON.stringify({ results: results.map(jsonResult) }, null, 2)}\n`);
  for (const line of [...uncheckedRights(results), ...uncheckedRules(results)]) terminal.error(`${line}\n`);
  return results.every(({ allowed }) => allowed) ? 0 : 1;
}

function jsonResult({ operation, resource, namespace, name, allowed, violations }: OfflineResult): object {
  return {
    operation,
    kind: resource.kind,
    namespace,
    name,
    allowed,
    violations: violations.map(({ code, severity, path, message }) => ({ code, severity, path, message })),
  };
}

function printStep(step: CheckStep, terminal: Terminal): void {
  if ('skipped' in step) {
    const { kind, metadata } = step.skipped;
    terminal.out(`${kind.toLowerCase()}/${metadata.name} not checked: the admission of mooring does not apply to it\n`);
    return;
  }
  const { violations, notes, allowed, resource, namespace, name } = step;
  const warnings = violations.filter(({ severity }) => severity === 'warn').map(violationLine);
  for (const warning of [...warnings, ...notes]) terminal.error(`Warning: ${warning}\n`);
  const title = `${resource.kind.toLowerCase()}.${resource.group}/${name}`;
  if (allowed) {
    terminal.out(`${title} ${describeChange(step)}\n`);
    return;
  }
  const denials = violations.filter(({ severity }) => severity === 'deny').map(violationLine);
  const refused = { CREATE: 'created', UPDATE: 'configured', DELETE: 'deleted' }[step.operation];
  terminal.out(`${title} in ${namespace} would not be ${refused}:\n${denials.map((line) => `* ${line}\n`).join('')}`);
}

/** The word that kubectl prints. */
function describeChange({ operation, unchanged }: OfflineResult): string {
  if (operation === 'UPDATE') return unchanged ? 'unchanged' : 'configured';
  return operation === 'CREATE' ? 'created' : 'deleted';
}

function violationLine({ code, path, message }: Violation): string {
  return `${path === '' ? '' : `${path}: `}${message} (${code})`;
}

function uncheckedRights(results: readonly OfflineResult[]): string[] {
  const lines = results.flatMap(({ unchecked }) =>
    unchecked.map(({ verb, resource, namespace, name }) => {
      const inNamespace = namespace === undefined ? '' : `${namespace}/`;
      const what = name === undefined ? `${resource} in namespace ${namespace}` : `${resource} ${inNamespace}${name}`;
      return `Note: unchecked right: ${verb} ${what}`;
    }),
  );
  return [...new Set(lines)];
}

function uncheckedRules(results: readonly OfflineResult[]): string[] {
  return [...new Set(results.flatMap((result) => result.uncheckedRules))].map(
    (rule) => `Note: unchecked rule: ${rule}`,
  );
}
