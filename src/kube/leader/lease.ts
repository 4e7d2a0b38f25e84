import type { KubeObject, Resource } from '../../api/object.ts';
import { microTime } from './micro-time.ts';

/** Source: `coordination.k8s.io/v1`. */
export const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** `holderIdentity` is empty or absent when nobody holds it. Times are MicroTime, written for people only. */
export interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

export interface Lease extends KubeObject {
  spec?: LeaseSpec;
}

/** A Lease that nobody held before. */
export function newLease(namespace: string, name: string): Lease {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } };
}

/** The lease as `identity` takes or renews it at `now` (ms since the epoch). */
export function heldBy(lease: Lease, identity: string, leaseMs: number, now: number): Lease {
  const { holderIdentity, acquireTime, leaseTransitions = 0 } = lease.spec ?? {};
  const renewing = holderIdentity === identity;
  const time = microTime(now);
  return {
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseMs / 1000),
      acquireTime: renewing ? (acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions:
        renewing || lease.metadata.resourceVersion === undefined ? leaseTransitions : leaseTransitions + 1,
    },
  };
}

/** The lease as its holder leaves it behind, so that the next one need not wait. client-go does it the same way. */
export function released(lease: Lease, now: number): Lease {
  return { ...lease, spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) } };
}
