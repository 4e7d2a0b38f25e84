import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { child } from '../json/fields.ts';

/**
 * The specs of the Placements that decide where a deployment may be. Absent where it is not known which they are, or where
 * somebody else may edit them without admission.
 */
export type Selections = readonly JsonObject[] | undefined;

/** At most this many pairs of predicates are compared. More of them count as not disjoint, so that the work is bounded. */
const maxPairs = 400;

/**
 * Whether it is proven that no cluster can match both selections, whatever its labels and claims are. Only labels and claims
 * that both require are a proof: cluster sets may overlap, and nobody knows what CEL expressions select.
 */
export function areDisjoint(left: Selections, right: Selections): boolean {
  if (left === undefined || right === undefined) return false;
  const [lefts, rights] = [left.flatMap(predicatesOf), right.flatMap(predicatesOf)];
  if (lefts.length * rights.length > maxPairs) return false;
  const [ours, theirs] = [lefts.map(requirementsOf), rights.map(requirementsOf)];
  return ours.every((one) => theirs.every((other) => contradict(one, other)));
}

/** Whether the predicates of a Placement exclude a cluster with these labels, whatever its claims are. */
export function excludesLabels(spec: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  return predicatesOf(spec).every((predicate) =>
    [...requirementsOf(predicate)].some(([key, permitted]) => {
      if (!key.startsWith(labelPrefix)) return false;
      const label = key.slice(labelPrefix.length);
      return !permits(permitted, Object.hasOwn(labels, label) ? labels[label] : undefined);
    }),
  );
}

const labelPrefix = 'label ';

function permits({ absent, values, excluded }: Permitted, value: string | undefined): boolean {
  if (value === undefined) return absent;
  return values?.has(value) !== false && !excluded.has(value);
}

/** The values that one predicate permits for a label or a claim of a cluster. */
interface Permitted {
  /** Whether a cluster without the label matches. */
  absent: boolean;
  /** The only values that match; absent if all match, except the excluded ones. Empty if no value matches. */
  values?: ReadonlySet<string>;
  excluded: ReadonlySet<string>;
}

type Requirements = ReadonlyMap<string, Permitted>;

const anything: Permitted = { absent: true, excluded: new Set() };

/** A cluster is selected if one predicate matches it. Without predicates, all clusters match. */
function predicatesOf(spec: JsonObject): JsonValue[] {
  const { predicates } = spec;
  return Array.isArray(predicates) && predicates.length > 0 ? predicates : [{}];
}

/** What a predicate requires of labels and of claims, by kind and key. */
function requirementsOf(predicate: JsonValue): Requirements {
  const found = new Map<string, Permitted>();
  if (!isJsonObject(predicate)) return found;
  const selector = child(predicate, 'requiredClusterSelector');
  const require = (key: string, permitted: Permitted) => found.set(key, both(found.get(key) ?? anything, permitted));
  for (const [key, value] of Object.entries(child(child(selector, 'labelSelector'), 'matchLabels'))) {
    if (typeof value === 'string') require(`${labelPrefix}${key}`, oneOf([value]));
  }
  for (const [kind, field] of [
    ['label', 'labelSelector'],
    ['claim', 'claimSelector'],
  ] as const) {
    const { matchExpressions } = child(selector, field);
    for (const expression of Array.isArray(matchExpressions) ? matchExpressions : []) {
      if (!isJsonObject(expression) || typeof expression['key'] !== 'string') continue;
      require(`${kind} ${expression['key']}`, permittedBy(expression));
    }
  }
  return found;
}

/** A malformed expression permits everything: it proves nothing. */
function permittedBy({ operator, values = [] }: JsonObject): Permitted {
  const named = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : undefined;
  if (named === undefined || named.length !== (Array.isArray(values) ? values.length : 0)) return anything;
  switch (operator) {
    case 'In':
      return oneOf(named);
    case 'NotIn':
      return { absent: true, excluded: new Set(named) };
    case 'Exists':
      return { absent: false, excluded: new Set() };
    case 'DoesNotExist':
      return { absent: true, values: new Set(), excluded: new Set() };
    default:
      return anything;
  }
}

function oneOf(values: readonly string[]): Permitted {
  return { absent: false, values: new Set(values), excluded: new Set() };
}

/** What two requirements for the same key permit together. */
function both(left: Permitted, right: Permitted): Permitted {
  const values = left.values === undefined ? right.values : intersection(left.values, right.values);
  return {
    absent: left.absent && right.absent,
    ...(values === undefined ? {} : { values }),
    excluded: new Set([...left.excluded, ...right.excluded]),
  };
}

function intersection(left: ReadonlySet<string>, right: ReadonlySet<string> | undefined): ReadonlySet<string> {
  return right === undefined ? left : new Set([...left].filter((value) => right.has(value)));
}

function contradict(left: Requirements, right: Requirements): boolean {
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].some((key) => isImpossible(left.get(key) ?? anything, right.get(key) ?? anything));
}

function isImpossible(left: Permitted, right: Permitted): boolean {
  if (left.absent && right.absent) return false;
  // There is always a value that nobody excludes by name.
  if (left.values === undefined && right.values === undefined) return false;
  const values = left.values === undefined ? (right.values ?? []) : intersection(left.values, right.values);
  return ![...values].some((value) => !left.excluded.has(value) && !right.excluded.has(value));
}
