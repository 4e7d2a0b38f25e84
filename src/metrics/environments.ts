import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The exported values of one Environment. An undefined field has no series. */
interface EnvironmentSample {
  ready: boolean | undefined;
  selectedClusters: number | undefined;
  requiredClusters: number | undefined;
  revision: number | undefined;
}

/** Metrics of Environments. Only the leader exports series of an object, and it removes them when the object is deleted. */
export interface EnvironmentMetrics {
  set(namespace: string, name: string, sample: EnvironmentSample): void;
  remove(namespace: string, name: string): void;
  /** Removes the series of all objects; called when this process stops leading. */
  clear(): void;
  /** Counts a change between Ready and NotReady. */
  countTransition(namespace: string, name: string, to: 'Ready' | 'NotReady'): void;
  /** Records the seconds from the receipt of a decision to the status write that follows from it. */
  observeDecisionToStatus(seconds: number): void;
}

/**
 * Labels that identify an Environment. They are not called `namespace` and `name` because Prometheus adds labels of the scrape
 * target with these names and renames ours then: a rule that aggregates by them would mix up Environments.
 */
const environmentLabels = ['environment_namespace', 'environment'] as const;

const labelsOf = (namespace: string, name: string) => ({ environment_namespace: namespace, environment: name });

export interface EnvironmentMetricsOptions {
  /** Whether to export series that name an Environment. Who may scrape the metrics can read the names. */
  objects: boolean;
}

/** Creates the metrics of Environments in `registry`. */
export function createEnvironmentMetrics(
  registry: Registry,
  { objects }: EnvironmentMetricsOptions,
): EnvironmentMetrics {
  const gauges = createGauges(registry);
  const counts = createCounts(registry);
  const fields = ['ready', 'selectedClusters', 'requiredClusters', 'revision'] as const;
  const transitions = new Counter({
    name: 'mooring_environment_transitions_total',
    help: 'Changes of the Environment between Ready and NotReady, by the new status.',
    labelNames: [...environmentLabels, 'to'],
    registers: [registry],
  });
  const statuses = ['Ready', 'NotReady'] as const;
  const latency = new Histogram({
    name: 'mooring_decision_to_status_seconds',
    help: 'Time from the receipt of a PlacementDecision to the Environment status written for it.',
    // On an idle hub it takes a few milliseconds; the longest times are those of a hub with 100,000 decisions after a restart.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  return {
    set(namespace, name, sample) {
      counts.set(`${namespace}/${name}`, sample.ready);
      if (!objects) return;
      const labels = labelsOf(namespace, name);
      for (const field of fields) {
        const value = sample[field];
        if (value === undefined) gauges[field].remove(labels);
        else gauges[field].set(labels, Number(value));
      }
      // increase() misses the first change if the series starts with it, so the series starts with 0. Adding 0 keeps a count.
      for (const to of statuses) transitions.inc({ ...labels, to }, 0);
    },
    remove(namespace, name) {
      counts.remove(`${namespace}/${name}`);
      if (!objects) return;
      const labels = labelsOf(namespace, name);
      for (const field of fields) gauges[field].remove(labels);
      for (const to of statuses) transitions.remove({ ...labels, to });
    },
    clear() {
      counts.clear();
      for (const field of fields) gauges[field].reset();
      transitions.reset();
    },
    countTransition(namespace, name, to) {
      if (objects) transitions.inc({ ...labelsOf(namespace, name), to });
    },
    observeDecisionToStatus: (seconds) => latency.observe(seconds),
  };
}

/** The gauge of how many Environments are ready. It has no series before the first Environment. */
function createCounts(registry: Registry) {
  const gauge = new Gauge({
    name: 'mooring_environments',
    help: 'Environments by status.',
    labelNames: ['status'],
    registers: [registry],
  });
  const statusOf = new Map<string, 'Ready' | 'NotReady'>();
  const remove = (key: string) => {
    const status = statusOf.get(key);
    if (status !== undefined) gauge.dec({ status });
    statusOf.delete(key);
  };
  return {
    set(key: string, ready: boolean | undefined) {
      remove(key);
      for (const status of ['Ready', 'NotReady']) gauge.inc({ status }, 0);
      if (ready === undefined) return;
      const status = ready ? 'Ready' : 'NotReady';
      statusOf.set(key, status);
      gauge.inc({ status });
    },
    remove,
    clear() {
      statusOf.clear();
      gauge.reset();
    },
  };
}

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: environmentLabels, registers: [registry] });
  return {
    ready: gauge('mooring_environment_ready', 'Whether the Environment is ready (1) or not (0).'),
    selectedClusters: gauge('mooring_environment_selected_clusters', 'Distinct clusters that the Environment selects.'),
    requiredClusters: gauge(
      'mooring_environment_required_clusters',
      'Clusters that the most demanding Placement of the Environment requires.',
    ),
    revision: gauge('mooring_environment_revision', 'Newest recorded revision of the Environment.'),
  };
}
