import { setTimeout as sleep } from 'node:timers/promises';
import { check, type CheckResult } from './check.ts';
import { isSettled, parseHubContent, type HubContent } from './hub-content.ts';
import { readJournals, type Attempt } from './journal.ts';
import type { Json } from './json.ts';
import { createKubectl, type HubAccess } from './run-writers.ts';

/** The result of the check, and figures about the run. */
export interface RunResult extends CheckResult {
  edits: number;
  /** The number of accepted edits that got a 429 before, and their waiting times. */
  waited: number;
  waitMedianMs: number;
  waitP99Ms: number;
  /** Maps the code of a refusal to its count. */
  refusals: Record<string, number>;
}

/** Waits until the controller has reconciled everything, and compares the journals with the hub. */
export async function evaluateRun(
  hub: Pick<HubAccess, 'kubectl' | 'kubeconfig'>,
  namespace: string,
  journals: string,
): Promise<RunResult> {
  const tries = readJournals(journals);
  const found = await waitUntilSettled(hub, namespace);
  const waits = tries
    .filter(({ outcome, refused429 = 0 }) => outcome === 'accepted' && refused429 > 0)
    .map(getWaitedMs);
  const refusals: Record<string, number> = {};
  for (const { outcome, code = '' } of tries) {
    if (outcome === 'refused') refusals[code] = (refusals[code] ?? 0) + 1;
  }
  return {
    ...check(tries, found),
    edits: tries.length,
    waited: waits.length,
    waitMedianMs: quantile(waits, 0.5),
    waitP99Ms: quantile(waits, 0.99),
    refusals,
  };
}

function getWaitedMs({ waitedMs = 0 }: Attempt): number {
  return waitedMs;
}

function quantile(values: readonly number[], share: number): number {
  const ordered = values.toSorted((left, right) => left - right);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? 0;
}

const settleTimeoutMs = 120_000;

async function waitUntilSettled(
  hub: Pick<HubAccess, 'kubectl' | 'kubeconfig'>,
  namespace: string,
): Promise<HubContent> {
  const kubectl = createKubectl(hub);
  const list = async (kind: string): Promise<Json> => {
    const { code, stdout, stderr } = await kubectl([
      'get',
      kind,
      '-n',
      namespace,
      '-o',
      'json',
      '--show-managed-fields',
    ]);
    if (code !== 0) throw new Error(`kubectl get ${kind}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const deadline = performance.now() + settleTimeoutMs;
  for (;;) {
    const found = parseHubContent(
      await list('environments'),
      await list('definitionrevisions'),
      await list('workloaddeployments'),
    );
    // After the timeout the check reports what is not settled.
    if (isSettled(found) || performance.now() > deadline) return found;
    await sleep(500);
  }
}
