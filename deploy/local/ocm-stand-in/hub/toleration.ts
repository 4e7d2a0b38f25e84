/** OCM stand-in (local runs only): taints of clusters and tolerations of Placements. */

import type { ManagedCluster, Taint, Toleration } from './cluster-kinds.ts';

/** `expiresAt` (in ms since the epoch) is the end of a toleration with a time limit. */
export type Tolerance = { tolerated: false } | { tolerated: true; expiresAt?: number };

/** Why a list of tolerations is invalid, with the message of OCM. Undefined if it is valid. */
export function findTolerationProblem(tolerations: readonly Toleration[]): string | undefined {
  for (const { key = '', operator = 'Equal', value = '' } of tolerations) {
    if (key === '' && operator !== 'Exists') return 'If the key is empty, operator must be Exists.';
    if (operator === 'Exists' && value !== '') return 'If the operator is Exists, the value should be empty.';
  }
  return undefined;
}

/** Whether a Placement may select the cluster. `selected` says that it is selected now; NoSelectIfNew does not affect it then. */
export function tolerates(
  cluster: ManagedCluster,
  tolerations: readonly Toleration[],
  { selected, now }: { selected: boolean; now: number },
): Tolerance {
  const limits: number[] = [];
  for (const taint of cluster.spec.taints ?? []) {
    if (taint.effect === 'PreferNoSelect' || (taint.effect === 'NoSelectIfNew' && selected)) continue;
    const outcome = tolerations
      .map((toleration) => tolerateTaint(taint, toleration, now))
      .find((each) => each.tolerated);
    if (outcome === undefined || !outcome.tolerated) return { tolerated: false };
    if (outcome.expiresAt !== undefined) limits.push(outcome.expiresAt);
  }
  return limits.length === 0 ? { tolerated: true } : { tolerated: true, expiresAt: Math.min(...limits) };
}

function tolerateTaint(taint: Taint, toleration: Toleration, now: number): Tolerance {
  const { key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds } = toleration;
  if (effect !== '' && effect !== taint.effect) return { tolerated: false };
  if (key !== '' && key !== taint.key) return { tolerated: false };
  if (operator !== 'Exists' && !(operator === 'Equal' && value === (taint.value ?? ''))) return { tolerated: false };
  if (tolerationSeconds === undefined) return { tolerated: true };
  const expiresAt = Date.parse(taint.timeAdded ?? '') + tolerationSeconds * 1000;
  return now < expiresAt ? { tolerated: true, expiresAt } : { tolerated: false };
}
