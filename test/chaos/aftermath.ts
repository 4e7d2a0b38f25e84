import { setTimeout as sleep } from 'node:timers/promises';
import { check, type Verdict } from './check.ts';
import { isSettled, readFound, type Found } from './found.ts';
import { readJournals, type Try } from './journal.ts';
import type { Json } from './json.ts';
import { kubectlOf, type Weather } from './storm.ts';

/** A verdict with what it took. */
export interface Aftermath extends Verdict {
  edits: number;
  /** Accepted edits that were told to wait, and for how long in ms. */
  waited: number;
  waitMedianMs: number;
  waitP99Ms: number;
  /** How often each code refused. */
  refusals: Record<string, number>;
}

/** Waits until the controller has nothing left to do, and compares journals and hub. */
export async function aftermath(
  hub: Pick<Weather, 'kubectl' | 'kubeconfig'>,
  namespace: string,
  journals: string,
): Promise<Aftermath> {
  const tries = readJournals(journals);
  const found = await settled(hub, namespace);
  const waits = tries.filter(({ outcome, refused429 = 0 }) => outcome === 'accepted' && refused429 > 0).map(waitOf);
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

function waitOf({ waitedMs = 0 }: Try): number {
  return waitedMs;
}

function quantile(values: readonly number[], share: number): number {
  const ordered = values.toSorted((left, right) => left - right);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? 0;
}

const settleMs = 120_000;

async function settled(hub: Pick<Weather, 'kubectl' | 'kubeconfig'>, namespace: string): Promise<Found> {
  const kubectl = kubectlOf(hub);
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
  const until = performance.now() + settleMs;
  for (;;) {
    const found = readFound(
      await list('environments'),
      await list('definitionrevisions'),
      await list('workloaddeployments'),
    );
    // What never settles is the checker's to name.
    if (isSettled(found) || performance.now() > until) return found;
    await sleep(500);
  }
}
