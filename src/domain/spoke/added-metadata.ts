import { isJsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** What is wrong with a field. */
interface Finding {
  path: string;
  message: string;
}

/** A label or an annotation for the spokes that a request adds, changes or removes. */
interface ChangedEntry {
  /** The field, as users write it: `spec.workload.namespaceMetadata.labels[team]`. */
  path: string;
  map: 'labels' | 'annotations';
  key: string;
  /** Absent if it is removed. */
  value?: string;
}

const fields = ['metadata', 'namespaceMetadata'] as const;
const maps = ['labels', 'annotations'] as const;

/** The limit of the API server for all annotations of an object, in bytes. */
const annotationsLimit = 256 * 1024;

/** A message lists at most this many entries. */
const maxListed = 20;

/** Labels and annotations for the spokes that no API server would accept, or that would remove others. Unchanged ones are not reported. */
export function addedMetadataFindings(object: UncheckedObject, oldObject: UncheckedObject | undefined): Finding[] {
  const changed = changedEntries(object, oldObject);
  const findings = changed.flatMap(({ path, map, key, value }): Finding[] => {
    if (value === undefined) return [];
    const problem = nameOfNamespace(path) ?? keyProblem(key, map) ?? valueProblem(value, map);
    return problem === undefined ? [] : [{ path, message: problem }];
  });
  const sizes = fields.flatMap((field) => sizeFindings(field, object, changed));
  return [...findings.slice(0, maxListed), ...sizes];
}

/** The labels and annotations with a reserved prefix that a request adds, changes or removes. */
export function changedReservedKeys(object: UncheckedObject, oldObject: UncheckedObject | undefined): ChangedEntry[] {
  return changedEntries(object, oldObject).filter(isReserved);
}

function changedEntries(object: UncheckedObject, oldObject: UncheckedObject | undefined): ChangedEntry[] {
  if (oldObject !== undefined && object.spec === oldObject.spec) return [];
  return fields.flatMap((field) =>
    maps.flatMap((map) => {
      const [now, before] = [stringsOf(object, field, map), stringsOf(oldObject, field, map)];
      const pathOf = (key: string) => `spec.workload.${field}.${map}[${key.slice(0, 320)}]`;
      const set = [...now].flatMap(([key, value]): ChangedEntry[] =>
        before.get(key) === value ? [] : [{ path: pathOf(key), map, key, value }],
      );
      const removed = [...before.keys()].flatMap((key): ChangedEntry[] =>
        now.has(key) ? [] : [{ path: pathOf(key), map, key }],
      );
      return [...set, ...removed];
    }),
  );
}

/** The strings of a map; the schema reports other values. */
function stringsOf(
  object: UncheckedObject | undefined,
  field: (typeof fields)[number],
  map: (typeof maps)[number],
): Map<string, string> {
  const workload = object?.spec?.['workload'];
  const metadata = isJsonObject(workload) ? workload[field] : undefined;
  const found = isJsonObject(metadata) ? metadata[map] : undefined;
  if (!isJsonObject(found)) return new Map();
  return new Map(Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

const namePart = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefixPart = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Every API server sets this label to the name of the namespace, so that any other value has no effect. */
function nameOfNamespace(path: string): string | undefined {
  if (path !== 'spec.workload.namespaceMetadata.labels[kubernetes.io/metadata.name]') return undefined;
  return 'the API server of the spoke sets this label to the name of the namespace; leave it out';
}

function keyProblem(key: string, map: ChangedEntry['map']): string | undefined {
  // The work agent reads `key-` as an order to remove `key`.
  if (key.endsWith('-')) return 'a key must not end with -, because the work agent would remove the key without it';
  const [name = '', ...prefixes] = key.split('/').toReversed();
  const [prefix] = prefixes;
  // As the API server does: the prefix of an annotation may contain upper-case letters.
  const lower = map === 'labels' ? prefix : prefix?.toLowerCase();
  const isPrefix = lower === undefined || (lower.length <= 253 && prefixPart.test(lower));
  if (prefixes.length <= 1 && namePart.test(name) && isPrefix) return undefined;
  return 'a key is a name of at most 63 letters, digits, -, _ and ., which may follow a DNS name and /';
}

function valueProblem(value: string, map: ChangedEntry['map']): string | undefined {
  if (map === 'annotations' || labelValue.test(value)) return undefined;
  return 'the value of a label has at most 63 letters, digits, -, _ and ., and begins and ends with a letter or digit';
}

function sizeFindings(
  field: (typeof fields)[number],
  object: UncheckedObject,
  changed: readonly ChangedEntry[],
): Finding[] {
  const path = `spec.workload.${field}.annotations`;
  if (!changed.some((entry) => entry.path.startsWith(`${path}[`))) return [];
  const entries = [...stringsOf(object, field, 'annotations')];
  const bytes = new TextEncoder().encode(entries.flat().join('')).length;
  if (bytes <= annotationsLimit) return [];
  return [{ path, message: `has ${Math.ceil(bytes / 1024)} KiB; an object has at most 256 KiB of annotations` }];
}

/** Domains whose labels and annotations control clusters, such as Pod Security. */
const reservedDomains = ['kubernetes.io', 'k8s.io', 'openshift.io', 'open-cluster-management.io'];

/** Keys with a reserved prefix that only describe an object, or that move its own Pods. The complete example uses some. */
const describingKeys = new Set([
  'deployment.kubernetes.io/revision',
  'kubernetes.io/description',
  'kubernetes.io/managed-by',
  'scheduler.alpha.kubernetes.io/node-selector',
]);

function isReserved({ key, value }: ChangedEntry): boolean {
  // No right permits such a key.
  if (value !== undefined && key.endsWith('-')) return false;
  const [prefix = ''] = key.includes('/') ? key.toLowerCase().split('/') : [];
  if (prefix === 'app.kubernetes.io' || describingKeys.has(key)) return false;
  return reservedDomains.some((domain) => prefix === domain || prefix.endsWith(`.${domain}`));
}
