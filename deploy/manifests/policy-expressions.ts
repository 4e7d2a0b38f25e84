/** CEL expressions that compare an object with what it was. Operands are CEL expressions, and names of variables of the policy. */

/** Variables of a policy, by name. One may use those before it. */
type Variables = Record<string, string>;

/** Whether two maps have equal entries, apart from keys that are listed. */
export function sameEntries(now: string, before: string, except: readonly string[] | string): string {
  const list = typeof except === 'string' ? except : `[${except.map((key) => `'${key}'`).join(', ')}]`;
  return [
    `${now}.all(k, k in ${list} || ${before}[?k] == optional.of(${now}[k]))`,
    `${before}.all(k, k in ${list} || k in ${now})`,
  ].join(' && ');
}

/** The maps on the way to the lifecycle of topology-ocm, by the name of their variable. */
const maps = {
  spec: 'spec',
  topology: 'topology',
  properties: 'properties',
  replicaSet: 'manifestWorkReplicaSet',
  template: 'manifestWorkTemplate',
  lifecycle: 'lifecycle',
} as const;

/** Variables for the maps on the way to the lifecycle of an Environment, after and before the request. Absent maps are empty. */
export function lifecycleVariables(): Variables {
  return { ...mapVariables('object', (name) => name), ...mapVariables('oldObject', oldName) };
}

function mapVariables(root: string, nameOf: (name: string) => string): Variables {
  let parent = root;
  return Object.fromEntries(
    Object.entries(maps).map(([name, field]) => {
      const entry = [nameOf(name), `${parent}.?${field}.orValue({})`];
      parent = `variables.${nameOf(name)}`;
      return entry;
    }),
  );
}

function oldName(name: string): string {
  return `old${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Whether the spec of an Environment differs only in defaults of `lifecycle` that admission adds for topology-ocm. */
export function onlyAddsDefaults(): string {
  const names = Object.keys(maps);
  const fields = Object.values(maps);
  const around = names
    .slice(0, -1)
    .map((name, depth) =>
      sameEntries(`variables.${name}`, `variables.${oldName(name)}`, fields.slice(depth + 1, depth + 2)),
    );
  const [now, before] = ['variables.lifecycle', 'variables.oldLifecycle'];
  const isDefault = `(f == 'create' && ${now}[k][f] == true || f == 'orphan' && ${now}[k][f] == false)`;
  return [
    ...around,
    `${before}.all(k, ${before}[k].all(f, ${now}[?k].orValue({})[?f] == optional.of(${before}[k][f])))`,
    `${now}.all(k, k in ['spokeNamespace', 'workload'] && ${now}[k].all(f, f in ${before}[?k].orValue({}) || ${isDefault}))`,
  ].join(' && ');
}

interface PinnedField {
  field: string;
  /** The annotation with the text of the ref before it was pinned. */
  requested: string;
}

/** Whether the spec of a deployment differs only in the text of refs that admission has pinned. */
export function onlyPinsRefs(refs: readonly PinnedField[]): string {
  const [now, before] = ['variables.spec', 'variables.oldSpec'];
  const fields = refs.map(({ field }) => field);
  const pinned = refs.map(({ field, requested }) => {
    const others = sameEntries(`${now}.${field}`, `${before}.${field}`, ['name']);
    const isRequested = `variables.annotations[?'${requested}'] == optional.of(${before}.${field}.name)`;
    return `(${now}.${field} == ${before}.${field} || ${others} && ${isRequested})`;
  });
  return [sameEntries(now, before, fields), ...pinned].join(' && ');
}
