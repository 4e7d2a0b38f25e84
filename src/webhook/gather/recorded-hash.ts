import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import { revisionedKindOf } from '../../domain/admission/rule.ts';
import { recordingFailure } from '../../domain/revisions/recorded-condition.ts';
import type { GatherContext } from './context.ts';

/** The hash of the newest recorded content of an object whose current content cannot be recorded, so that an edit may return to it. */
export async function gatherRecordedHash(
  request: RequestFacts,
  { catalog }: Pick<GatherContext, 'catalog'>,
): Promise<Pick<Facts, 'recordedHash'>> {
  const { oldObject, operation } = request;
  const kind = revisionedKindOf(request);
  if (kind === undefined || operation !== 'UPDATE' || oldObject === undefined) return {};
  if (recordingFailure(oldObject) === undefined) return {};
  const revision = oldObject.status?.['revision'];
  if (typeof revision !== 'number') return {};
  const recordedHash = await catalog.store.recordedHash(kind, oldObject, revision);
  return recordedHash === undefined ? {} : { recordedHash };
}
