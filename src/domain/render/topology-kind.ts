import { group as mooringGroup } from '../../api/kinds.ts';
import { renderedKinds } from '../../api/ocm.ts';
import type { AllowedKind } from './hub-objects.ts';

/** A kind besides those of OCM that the platform team allows topologies to render. `group` is empty for the core group. */
export interface TopologyKind {
  group: string;
  version: string;
  kind: string;
}

/** How many kinds may be allowed: the controller watches each of them. */
export const maxTopologyKinds = 20;

const rights = 'it gives rights or identities on the hub';
const serving = 'it changes what the API server serves or accepts';
const containers =
  'it runs containers on the hub, with any service account of their namespace; workloads belong on the clusters';

/** Why no topology may render any kind of an API group. `docs/security.md` repeats them. */
export const forbiddenGroups: Readonly<Record<string, string>> = {
  'rbac.authorization.k8s.io': rights,
  'authorization.k8s.io': rights,
  'authentication.k8s.io': rights,
  'certificates.k8s.io': rights,
  'authentication.open-cluster-management.io': rights,
  'admissionregistration.k8s.io': serving,
  'apiextensions.k8s.io': serving,
  'apiregistration.k8s.io': serving,
  'flowcontrol.apiserver.k8s.io': serving,
  apps: containers,
  batch: containers,
  extensions: containers,
  'work.open-cluster-management.io':
    'it applies objects on clusters without the lifecycle rules; ManifestWorkReplicaSet is always allowed',
  [mooringGroup]: 'it is a kind of mooring',
};

const notNamespaced = 'it is not in a namespace, so no hub namespace limits where mooring writes it';
const ofOcm = 'it decides which clusters are selected; Placement of version v1beta1 is always allowed';

/** Why no topology may render a kind of another API group. */
export const forbiddenKinds: readonly { group: string; kind: string; reason: string }[] = [
  {
    group: '',
    kind: 'Secret',
    reason: 'its content would be in renders, revisions and caches, and a token Secret is an identity',
  },
  { group: '', kind: 'ServiceAccount', reason: rights },
  ...['Pod', 'ReplicationController', 'PodTemplate'].map((kind) => ({ group: '', kind, reason: containers })),
  { group: '', kind: 'Binding', reason: 'it moves Pods' },
  ...['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus'].map((kind) => ({
    group: '',
    kind,
    reason: notNamespaced,
  })),
  ...['Placement', 'PlacementDecision'].map((kind) => ({
    group: 'cluster.open-cluster-management.io',
    kind,
    reason: ofOcm,
  })),
  ...['ManagedCluster', 'ManagedClusterSet'].map((kind) => ({
    group: 'cluster.open-cluster-management.io',
    kind,
    reason: notNamespaced,
  })),
];

const grammar =
  /^(?:([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)\/)?(v[1-9][0-9]{0,3}(?:(?:alpha|beta)[1-9][0-9]{0,3})?)\/([A-Z][A-Za-z0-9]{0,62})$/;

/**
 * Reads the kinds of `--topology-kind`, each `GROUP/VERSION/KIND`, or `VERSION/KIND` for a kind of the core group. The problem says
 * what is wrong with the first value that cannot be used.
 */
export function readTopologyKinds(
  texts: readonly string[],
): { ok: true; kinds: TopologyKind[] } | { ok: false; problem: string } {
  const kinds: TopologyKind[] = [];
  const refuse = (text: string, why: string) => ({ ok: false, problem: `--topology-kind ${text}: ${why}` }) as const;
  for (const text of texts) {
    const [, group = '', version = '', kind = ''] = grammar.exec(text) ?? [];
    if (kind === '')
      return refuse(
        text,
        'use GROUP/VERSION/KIND such as networking.k8s.io/v1/NetworkPolicy, or v1/ConfigMap for the core group',
      );
    const reason = reasonAgainst({ group, kind });
    if (reason !== undefined) return refuse(text, `a topology must never render this kind, because ${reason}`);
    if (kinds.some((known) => known.kind === kind))
      return refuse(text, `another option names the kind ${kind} already`);
    kinds.push({ group, version, kind });
  }
  if (kinds.length > maxTopologyKinds)
    return {
      ok: false,
      problem: `--topology-kind: at most ${maxTopologyKinds} kinds are possible, not ${kinds.length}`,
    };
  return { ok: true, kinds };
}

/** Why no topology may render a kind; `undefined` if the platform team may allow it. */
function reasonAgainst({ group, kind }: Pick<TopologyKind, 'group' | 'kind'>): string | undefined {
  if (Object.hasOwn(forbiddenGroups, group)) return forbiddenGroups[group];
  const forbidden = forbiddenKinds.find((known) => known.group === group && known.kind === kind);
  if (forbidden !== undefined) return forbidden.reason;
  // Objects are told apart by their kind.
  return renderedKinds.some((known) => known.kind === kind) ? 'it has the name of a kind of OCM' : undefined;
}

/** The kind as an object names it. */
export function allowedKindOf({ group, version, kind }: TopologyKind): AllowedKind {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}

/** The kinds that `--topology-kind` has added to those that are always allowed. */
export function topologyKindsOf(allowed: readonly AllowedKind[]): TopologyKind[] {
  return allowed.filter(({ kind }) => !renderedKinds.some((known) => known.kind === kind)).map(topologyKindOf);
}

/** The kind of an object. */
export function topologyKindOf({ apiVersion, kind }: AllowedKind): TopologyKind {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return { group, version, kind };
}

/** The kind as `--topology-kind` names it: `v1/ConfigMap`. */
export function nameOfKind({ apiVersion, kind }: AllowedKind): string {
  return `${apiVersion}/${kind}`;
}
