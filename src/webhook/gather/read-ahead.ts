import type { RequestFacts } from '../../domain/admission/facts.ts';
import type { GatherContext } from './context.ts';
import { changesReferences, referencesToRead } from './references.ts';

/**
 * Begins the reads that every decision about a deployment with a new ref needs, so that they wait for the API server together.
 * The gatherers read the same again, and get the same results. An error is theirs to report.
 */
export function readAhead(request: RequestFacts, context: GatherContext): void {
  if (request.kind !== 'WorkloadDeployment' || request.object === undefined || !changesReferences(request)) return;
  ignoreErrors(context.namespaceState(request.namespace, context.signal));
  for (const { kind, lookup } of referencesToRead(request, context.catalog.systemNamespace)) {
    ignoreErrors(context.catalog.find(kind, lookup));
  }
}

function ignoreErrors(reading: Promise<unknown>): void {
  reading.catch(() => undefined);
}
