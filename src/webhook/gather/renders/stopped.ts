import type { TopologyResult } from '../../../topology/topology-result.ts';

/**
 * A render that was stopped this often at its own deadline, with pauses between, is too slow in itself: the time in the queue does not
 * count. It then fails like any other, or nobody could edit an Environment with such a topology, or a deployment beside one.
 */
const timesUntilTooSlow = 3;

/** Whether an evaluation was stopped, or not begun, because of its deadline or the load of the engine. Otherwise it fails every time. */
export function wasStopped({ reason, timesStopped = 0 }: Extract<TopologyResult, { ok: false }>): boolean {
  const isTooSlow = reason === 'DeadlineExceeded' && timesStopped >= timesUntilTooSlow;
  return reason === 'EngineFailed' || (reason === 'DeadlineExceeded' && !isTooSlow);
}
