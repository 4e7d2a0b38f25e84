import type { KubeObject } from '../../src/api/object.ts';
import type { Facts, RequestFacts } from '../../src/domain/admission/facts.ts';
import type { GatherContext, Gatherer, GatherOptions } from '../../src/webhook/gather/context.ts';
import { createNameVisibility } from '../../src/webhook/gather/name-visibility.ts';
import { startedOnce } from '../../src/webhook/gather/renders/time-bound.ts';
import { requestFacts } from '../../src/webhook/gather/request-facts.ts';
import { filesOf } from './catalog.ts';
import { deletionOf } from './deletion-request.ts';
import { requestFor, webhookSources } from './webhook-sources.ts';

/** What a gatherer gets for objects from files; `isAllowed` also decides which objects the requester may see. */
export function gatherContextOf(objects: readonly KubeObject[], options: Partial<GatherOptions> = {}): GatherContext {
  const { signal } = new AbortController();
  const user = { username: 'jane', groups: [], extra: {} };
  const all = webhookSources(options);
  return {
    ...all,
    ...filesOf(objects),
    user,
    namespace: 'team',
    signal,
    renderTimeout: startedOnce(all.renderLimits),
    isOffline: true,
    visibility: createNameVisibility((right) => all.isAllowed(user, right, signal)),
  };
}

/** A request in the validate phase: to create `object`, to update `oldObject` to it, or to delete `oldObject`. */
export function validating({ object, oldObject }: { object?: KubeObject; oldObject?: KubeObject }): RequestFacts {
  if (object !== undefined) return requestFacts(requestFor(object, oldObject), 'validate');
  if (oldObject === undefined) throw new TypeError('a request has an object or an old object');
  return requestFacts(deletionOf(oldObject), 'validate');
}

/** What a gatherer finds for a request. */
export function gathered(
  gatherer: Gatherer,
  request: Parameters<typeof validating>[0],
  context: GatherContext = gatherContextOf([]),
): Promise<Partial<Facts>> {
  return gatherer(validating(request), context, {});
}
