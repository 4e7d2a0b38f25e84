import { rbacApiVersion, rbacGroup } from '../api/hub-namespace.ts';
import { group } from '../api/kinds.ts';
import { grantedNamespaces, type GrantedNamespaces } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import { UsageError } from '../usage-error.ts';
import { yamlText } from './output/yaml-text.ts';
import { sha256 } from './sha256.ts';
import type { Terminal } from './output/terminal.ts';

/** Options of `mooring hub-namespace allow` and `mooring spoke-namespace allow`. */
export interface GrantOptions {
  user?: string[];
  group?: string[];
  /** As `namespace:name`. */
  serviceaccount?: string[];
}

/** A subject of a binding, as in `rbac.authorization.k8s.io/v1`. */
type Subject = { kind: string; name: string; apiGroup?: string; namespace?: string };

/** Prints the ClusterRole and the ClusterRoleBindings that permit subjects to name a namespace. Throws UsageError. */
export function printGrant(kind: GrantedNamespaces, name: string, options: GrantOptions, terminal: Terminal): number {
  const subjects = readSubjects(options);
  if (subjects.length === 0) {
    throw new UsageError(`say who may use ${kind} namespace ${name}: --user, --group or --serviceaccount`);
  }
  terminal.out(yamlDocuments(grantObjects(kind, readNamespaceName(name), subjects)));
  return 0;
}

/** The name of a namespace from a command line. Throws UsageError if no namespace can have it. */
export function readNamespaceName(name: string): string {
  if (name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(`${JSON.stringify(name)} is not the name of a namespace`);
}

/** Objects as YAML documents, as `kubectl apply -f -` takes them. */
export function yamlDocuments(objects: readonly KubeObject[]): string {
  return objects.map((object) => yamlText(object)).join('---\n');
}

/** The ClusterRole and its bindings. kubectl cannot create them from flags, because it looks the resource up. */
function grantObjects(kind: GrantedNamespaces, namespace: string, subjects: readonly Subject[]): KubeObject[] {
  const name = `mooring-use-${kind}-namespace-${namespace}`;
  const labels = { 'app.kubernetes.io/name': 'mooring' };
  const rule = {
    apiGroups: [group],
    resources: [grantedNamespaces[kind]],
    resourceNames: [namespace],
    verbs: ['use'],
  };
  const role = { apiVersion: rbacApiVersion, kind: 'ClusterRole', metadata: { name, labels }, rules: [rule] };
  // One binding for each subject, so that a second grant does not replace the first one.
  const bindings = subjects.map((subject) => ({
    apiVersion: rbacApiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: `${name}-${sha256(JSON.stringify(subject)).slice(0, 10)}`, labels },
    subjects: [subject],
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name },
  }));
  return [role, ...bindings];
}

function readSubjects({ user = [], group: groups = [], serviceaccount = [] }: GrantOptions): Subject[] {
  return [
    ...user.map((name) => ({ kind: 'User', apiGroup: rbacGroup, name })),
    ...groups.map((name) => ({ kind: 'Group', apiGroup: rbacGroup, name })),
    ...serviceaccount.map(readServiceAccount),
  ];
}

function readServiceAccount(text: string): Subject {
  const [namespace = '', name = '', ...more] = text.split(':');
  if (namespace === '' || name === '' || more.length > 0) {
    throw new UsageError(`--serviceaccount ${text}: use NAMESPACE:NAME`);
  }
  return { kind: 'ServiceAccount', namespace, name };
}
