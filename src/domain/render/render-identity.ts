import type { KubeObject } from '../../api/object.ts';
import {
  deploymentAnnotation,
  deploymentHashLabel,
  environmentAnnotation,
  environmentHashLabel,
  probeAnnotation,
} from '../annotations.ts';
import type { Hash } from '../json/canonical-json.ts';
import { identityHash } from './naming.ts';

/** The name of probes in their context, in their names on the hub, and in the hash of these names. It must not change. */
export const probeName = 'probe';

/**
 * The identity of rendered objects on the hub. Only this file writes and reads it. Labels select candidates on the API
 * server; their values are hashes, which two owners may share. Annotations contain the full name of the owner and are
 * authoritative.
 *
 * | key                | where      | value                 | on                                |
 * |--------------------|------------|-----------------------|-----------------------------------|
 * | `environment-hash` | label      | hash of the next key  | every rendered object             |
 * | `environment`      | annotation | `namespace/name@v4`   | every rendered object             |
 * | `deployment-hash`  | label      | hash of the next key  | objects of a WorkloadDeployment   |
 * | `deployment`       | annotation | `namespace/name`      | objects of a WorkloadDeployment   |
 * | `probe`            | annotation | `true`                | probe Placements of an Environment |
 */
export interface RenderIdentity {
  environment: { namespace: string; name: string; revision: number };
  /** Absent on a probe Placement, which exists only to evaluate the Environment. */
  deployment?: { namespace: string; name: string };
}

/** The labels and annotations that mark an object as rendered by mooring. */
export function identityMetadata(
  { environment, deployment }: RenderIdentity,
  hash: Hash,
): { labels: Record<string, string>; annotations: Record<string, string> } {
  const environmentKey = `${environment.namespace}/${environment.name}`;
  const forEnvironment = {
    labels: {
      'app.kubernetes.io/managed-by': 'mooring',
      [environmentHashLabel]: identityHash(environmentKey, hash),
    },
    annotations: { [environmentAnnotation]: `${environmentKey}@v${environment.revision}` },
  };
  if (deployment === undefined) {
    return { ...forEnvironment, annotations: { ...forEnvironment.annotations, [probeAnnotation]: 'true' } };
  }
  const deploymentKey = `${deployment.namespace}/${deployment.name}`;
  return {
    labels: { ...forEnvironment.labels, [deploymentHashLabel]: identityHash(deploymentKey, hash) },
    annotations: { ...forEnvironment.annotations, [deploymentAnnotation]: deploymentKey },
  };
}

/** The label selector for objects of the Environment `namespace/name`; `environmentOf` confirms each of them. */
export function environmentSelector(key: string, hash: Hash): string {
  return `${environmentHashLabel}=${identityHash(key, hash)}`;
}

/** The label selector for objects of the WorkloadDeployment `namespace/name`; `deploymentOf` confirms each of them. */
export function deploymentSelector(key: string, hash: Hash): string {
  return `${deploymentHashLabel}=${identityHash(key, hash)}`;
}

/** `namespace/name` of the WorkloadDeployment that an object on the hub was rendered for. */
export function deploymentOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[deploymentAnnotation];
}

/** `namespace/name` of the Environment that an object on the hub was rendered from, without the revision. */
export function environmentOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[environmentAnnotation]?.replace(/@v\d+$/, '');
}

/** Whether an object was rendered from revision `revision` of the Environment `namespace/name`. */
export function isRenderedFrom({ metadata }: KubeObject, environment: string, revision: number): boolean {
  return metadata.annotations?.[environmentAnnotation] === `${environment}@v${revision}`;
}

/** Whether an object is a probe Placement. */
export function isProbe({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[probeAnnotation] === 'true';
}

/** The Environment that an object was rendered from, and what for. */
export interface RenderOrigin {
  /** `namespace/name` of the Environment. */
  environment: string;
  revision: number;
  purpose: 'deployment' | 'probe';
}

const environmentAtRevision = /^([^/@]+\/[^/@]+)@v([1-9][0-9]{0,14})$/;

/** The origin of an object; `undefined` unless it has the label and the annotations that the controller writes. */
export function readOrigin(object: KubeObject): RenderOrigin | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  const match = environmentAtRevision.exec(annotations[environmentAnnotation] ?? '');
  const environment = match?.[1];
  if (environment === undefined || labels[environmentHashLabel] === undefined) return undefined;
  const probe = isProbe(object);
  if (!probe && deploymentOf(object) === undefined) return undefined;
  return { environment, revision: Number(match?.[2]), purpose: probe ? 'probe' : 'deployment' };
}
