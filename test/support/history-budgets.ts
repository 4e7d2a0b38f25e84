import { HistorySizes } from '../../src/catalog/history-sizes.ts';
import type { ControllerCaches } from '../../src/controller/caches.ts';
import { HistoryBudgets } from '../../src/controller/revisions/history-budgets.ts';

/** Budgets from the caches of a scene. No other object is enqueued. */
export function budgetsOf({ definitions }: ControllerCaches): HistoryBudgets {
  return new HistoryBudgets(new HistorySizes(definitions.revisions), () => undefined);
}
