import type { KubeObject } from '../../api/object.ts';
import { deploymentAnnotation, environmentAnnotation, environmentHashLabel, probeAnnotation } from '../annotations.ts';

/** Where an object that the controller rendered comes from. */
export interface Origin {
  /** `namespace/name` of the Environment. */
  environment: string;
  revision: number;
  /** Whether it belongs to a deployment, or only probes the Environment. */
  purpose: 'deployment' | 'probe';
}

const identity = /^([^/@]+\/[^/@]+)@v([1-9][0-9]{0,14})$/;

/** Reads the identity that the controller put on an object; `undefined` for what is not the controller's. */
export function renderedFrom(object: KubeObject): Origin | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  const match = identity.exec(annotations[environmentAnnotation] ?? '');
  const environment = match?.[1];
  if (environment === undefined || labels[environmentHashLabel] === undefined) return undefined;
  const isProbe = annotations[probeAnnotation] === 'true';
  if (!isProbe && annotations[deploymentAnnotation] === undefined) return undefined;
  return { environment, revision: Number(match?.[2]), purpose: isProbe ? 'probe' : 'deployment' };
}
