import { isJsonObject, type JsonObject, type ObjectMeta } from '../../api/object.ts';

/** An Environment whose status may have any shape, as in files. */
interface UncheckedEnvironment {
  metadata: ObjectMeta;
  status?: object;
}

/** The readiness of an Environment, as its status reports it. */
export interface EnvironmentReadiness {
  /** Whether the aggregator has evaluated the current generation. */
  isCurrent: boolean;
  /** The selected clusters as they are in the status, sorted. */
  selected: string[];
  notReady?: { reason: string; message: string };
}

/** Reads the readiness from the status of an Environment. */
export function readEnvironmentReadiness({ metadata, status }: UncheckedEnvironment): EnvironmentReadiness {
  const fields: JsonObject = isJsonObject(status) ? status : {};
  const { conditions, selectedClusters } = fields;
  const ready = Array.isArray(conditions)
    ? conditions.filter(isJsonObject).find(({ type }) => type === 'EnvironmentReady')
    : undefined;
  // The status of a file may lack the generation. It is then taken as current.
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
