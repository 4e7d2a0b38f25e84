import { isJsonObject, type JsonObject, type ObjectMeta } from '../../api/object.ts';

/** An Environment whose status is read field by field: in files it may be incomplete. */
interface Judged {
  metadata: ObjectMeta;
  status?: object;
}

/** What the aggregator has found out about the newest content of an Environment. */
export interface EnvironmentReadiness {
  /** Whether it has judged the present generation, and not merely one before. */
  isCurrent: boolean;
  /** Distinct clusters that are selected, sorted. */
  selected: string[];
  notReady?: { reason: string; message: string };
}

/** Reads the verdict off the status of an Environment. */
export function readEnvironmentReadiness({ metadata, status }: Judged): EnvironmentReadiness {
  const fields: JsonObject = isJsonObject(status) ? status : {};
  const { conditions, selectedClusters } = fields;
  const ready = Array.isArray(conditions)
    ? conditions.filter(isJsonObject).find(({ type }) => type === 'EnvironmentReady')
    : undefined;
  // A status out of a file may lack the generation; then it is taken for what it says.
  const observed = ready?.['observedGeneration'] ?? fields['observedGeneration'];
  const current = ready !== undefined && (observed === undefined || observed === metadata.generation);
  const selected = Array.isArray(selectedClusters)
    ? selectedClusters.filter((name): name is string => typeof name === 'string').toSorted()
    : [];
  if (!current || ready['status'] !== 'False') return { isCurrent: current, selected };
  const { reason, message } = ready;
  return {
    isCurrent: current,
    selected,
    notReady: {
      reason: typeof reason === 'string' ? reason : 'NotReady',
      message: typeof message === 'string' ? message : '',
    },
  };
}
