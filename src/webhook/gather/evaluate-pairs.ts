import { setImmediate } from 'node:timers/promises';
import type { JsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { MaybeNamed, Pairing } from '../../domain/admission/facts.ts';
import { overrideProblems } from '../../domain/admission/override-findings.ts';
import { overrideInputOf, type OverrideInput } from '../../domain/overrides/override-input.ts';
import type { Violation } from '../../domain/violation.ts';
import { maxPairs, pairsOf } from '../../domain/overrides/override-work.ts';

/** The specs of an Environment and a profile. */
export interface PairedSpecs {
  environment: JsonObject;
  /** The text of the stamp that says what a pinned topology means. */
  topologyStamp?: string | undefined;
  profile: JsonObject;
}

/** An Environment and a profile that a request combines, before their overrides are evaluated. */
export interface Pair {
  environment: MaybeNamed;
  profile: MaybeNamed;
  now: PairedSpecs;
  /** How they were combined before; absent if they were not. */
  before?: PairedSpecs;
  /** One of the deployments that combine them. */
  deployment: UncheckedObject;
}

/** How many pairs of a patch and a component one request may evaluate; the controller checks the rest when it renders. */
const maxWork = 20_000;

/** What the evaluation of overrides costs at least, in pairs. */
const leastWork = 64;

/** Evaluates the overrides of pairs. Other requests are served between two of them. Throws if the signal is aborted. */
export async function evaluatePairs(pairs: readonly Pair[], signal: AbortSignal): Promise<Pairing[]> {
  const pairings: Pairing[] = [];
  let work = 0;
  for (const { environment, profile, now, before } of pairs) {
    if (pairings.length > 0) await setImmediate();
    signal.throwIfAborted();
    const inputs = [now, ...(before === undefined ? [] : [before])].map((specs) =>
      overrideInputOf(specs.environment, specs.profile),
    );
    work += inputs.reduce((sum, input) => sum + workOf(input), 0);
    if (pairings.length > 0 && work > maxWork) break;
    const [problems = [], previous] = await problemsOf(inputs);
    pairings.push({ environment, profile, now: problems, ...(previous === undefined ? {} : { before: previous }) });
  }
  return pairings;
}

/** Other requests are served between two evaluations. */
async function problemsOf(inputs: readonly OverrideInput[]): Promise<Violation[][]> {
  const problems: Violation[][] = [];
  for (const input of inputs) {
    if (problems.length > 0) await setImmediate();
    problems.push(overrideProblems(input));
  }
  return problems;
}

function workOf({ policies, components }: OverrideInput): number {
  const pairs = pairsOf(policies, components.length);
  // What exceeds the bound is refused without being evaluated.
  return leastWork + (pairs > maxPairs ? 0 : pairs);
}
