import type { KubeObject } from '../../api/object.ts';
import {
  deploymentAnnotation,
  deploymentHashLabel,
  deploymentUidAnnotation,
  environmentHashLabel,
  environmentRevisionAnnotation,
  environmentUidAnnotation,
  installationAnnotation,
} from '../annotations.ts';
import type { Hash } from '../json/canonical-json.ts';
import { identityHash } from './naming.ts';
import { deploymentOf, environmentOf, isProbe, readOrigin } from './render-identity.ts';

/**
 * The proof that an object on the hub belongs to an owner: annotations with uids, which only the controller may write. They
 * are no part of a render and of its hash, so an object that is adopted keeps both.
 */
export type OwnershipProof = Record<string, string>;

/** The proof for the objects of a WorkloadDeployment. `installation` is the uid of the CRD of WorkloadDeployments. */
export function deploymentProof({ metadata }: KubeObject, installation: string): OwnershipProof {
  return { [deploymentUidAnnotation]: metadata.uid ?? '', [installationAnnotation]: installation };
}

/** The proof for the probe Placements of an Environment. */
export function environmentProof({ metadata }: KubeObject, installation: string): OwnershipProof {
  return { [environmentUidAnnotation]: metadata.uid ?? '', [installationAnnotation]: installation };
}

/** The owner that an object on the hub proves; `undefined` if it has no proof. */
export function provenOwner({
  metadata,
}: KubeObject): { kind: 'WorkloadDeployment' | 'Environment'; uid: string; installation: string } | undefined {
  const annotations = metadata.annotations ?? {};
  const kind = annotations[deploymentAnnotation] === undefined ? 'Environment' : 'WorkloadDeployment';
  const uid = annotations[kind === 'Environment' ? environmentUidAnnotation : deploymentUidAnnotation];
  const installation = annotations[installationAnnotation];
  return uid === undefined || installation === undefined ? undefined : { kind, uid, installation };
}

/** Whether an object says that another installation of mooring has applied it. It is never deleted without a person who decides that. */
export function isForeign({ metadata }: KubeObject, installation: string): boolean {
  const found = metadata.annotations?.[installationAnnotation];
  return found !== undefined && found !== installation;
}

/** The owner that an object on the hub names: the WorkloadDeployment, or the Environment of a probe Placement. It is a claim. */
export interface NamedOwner {
  kind: 'WorkloadDeployment' | 'Environment';
  namespace: string;
  name: string;
}

/** `WorkloadDeployment team/web`. */
export function titleOfOwner({ kind, namespace, name }: NamedOwner): string {
  return `${kind} ${namespace}/${name}`;
}

/** The owner that an object names; `undefined` if it names none. */
export function namedOwner(object: KubeObject): NamedOwner | undefined {
  const deployment = deploymentOf(object);
  const key = deployment ?? (isProbe(object) ? environmentOf(object) : undefined);
  const [namespace = '', name = '', ...more] = key?.split('/') ?? [];
  if (namespace === '' || name === '' || more.length > 0) return undefined;
  return { kind: deployment === undefined ? 'Environment' : 'WorkloadDeployment', namespace, name };
}

/**
 * Why an object on the hub has no owner that keeps it up to date. `orphaned`: this installation has applied it, and its owner does not
 * exist. `foreign`: another installation has applied it. `unproven`: its owner does not exist, and nothing proves who has applied it.
 */
export const orphanStates = ['orphaned', 'foreign', 'unproven'] as const;
export type OrphanState = (typeof orphanStates)[number];

/** The state of an object without an owner; `undefined` if its owner exists, or if it is no object of mooring. */
export function orphanState(
  object: KubeObject,
  { installation, exists }: { installation: string; exists: (owner: NamedOwner) => boolean },
): OrphanState | undefined {
  const owner = namedOwner(object);
  if (owner === undefined) return undefined;
  if (isForeign(object, installation)) return 'foreign';
  if (exists(owner)) return undefined;
  return provenOwner(object) === undefined ? 'unproven' : 'orphaned';
}

/** Finds a WorkloadDeployment by its key; its metadata is enough. */
type FindDeployment = (namespace: string, name: string) => KubeObject | undefined;

/**
 * Whether a Placement that names an Environment was really rendered from it: it has the uid of the Environment, or the uid of a
 * deployment that uses the Environment.
 */
export function isRenderedFor(
  placement: KubeObject,
  environment: KubeObject,
  { deployment, hash }: { deployment: FindDeployment; hash: Hash },
): boolean {
  const { labels = {}, annotations = {} } = placement.metadata;
  const key = `${environment.metadata.namespace ?? ''}/${environment.metadata.name}`;
  const origin = readOrigin(placement);
  if (origin?.environment !== key || labels[environmentHashLabel] !== identityHash(key, hash)) return false;
  const proof = provenOwner(placement);
  if (origin.purpose === 'probe') return proof?.kind === 'Environment' && proof.uid === environment.metadata.uid;
  const deploymentKey = annotations[deploymentAnnotation] ?? '';
  const [namespace = '', name = ''] = deploymentKey.split('/');
  const owner = deployment(namespace, name);
  return (
    owner !== undefined &&
    proof?.uid === owner.metadata.uid &&
    labels[deploymentHashLabel] === identityHash(deploymentKey, hash) &&
    uses(owner, environment)
  );
}

/** Whether a deployment uses an Environment. Without the stamp of admission, it may use one in its own namespace. */
function uses({ metadata }: KubeObject, environment: KubeObject): boolean {
  const { namespace, name } = environment.metadata;
  const stamp = metadata.annotations?.[environmentRevisionAnnotation];
  return stamp === undefined ? metadata.namespace === namespace : stamp.startsWith(`${namespace}/${name}@`);
}
