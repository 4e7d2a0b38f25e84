import type { KubeObject, Resource } from '../../api/object.ts';
import { microTime } from '../micro-time.ts';

/** Source: `coordination.k8s.io/v1`. */
export const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** `holderIdentity` is empty or absent if no process holds the Lease. Times are MicroTime; they are informational only. */
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

/** A Lease that was never held. */
export function newLease(namespace: string, name: string): Lease {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } };
}

/** The Lease after `identity` has acquired or renewed it at `now` (ms since the epoch). */
export function acquireOrRenew(lease: Lease, identity: string, leaseMs: number, now: number): Lease {
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

/** The Lease after its holder has released it, so that the next leader need not wait. client-go does the same. */
export function release(lease: Lease, now: number): Lease {
  return { ...lease, spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) } };
}
