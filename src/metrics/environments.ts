import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What is exported of one Environment. Absent values have no series. */
interface EnvironmentSample {
  ready: boolean | undefined;
  selectedClusters: number | undefined;
  requiredClusters: number | undefined;
  revision: number | undefined;
}

/** Metrics of Environments. Only a leader exports series of objects, and they vanish with the object. */
export interface EnvironmentMetrics {
  set(namespace: string, name: string, sample: EnvironmentSample): void;
  remove(namespace: string, name: string): void;
  /** Forgets all objects: this process leads no more. */
  clear(): void;
  /** Counts a change between Ready and NotReady. */
  transition(to: 'Ready' | 'NotReady'): void;
  /** `seconds` from the receipt of a decision to the status that follows from it. */
  decisionToStatus(seconds: number): void;
}

/** Creates the metrics of Environments in `registry`. */
export function createEnvironmentMetrics(registry: Registry): EnvironmentMetrics {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['namespace', 'name'], registers: [registry] });
  const gauges = {
    ready: gauge('mooring_environment_ready', 'Whether the Environment is ready (1) or not (0).'),
    selectedClusters: gauge('mooring_environment_selected_clusters', 'Distinct clusters that the Environment selects.'),
    requiredClusters: gauge(
      'mooring_environment_required_clusters',
      'Clusters that the most demanding Placement of the Environment requires.',
    ),
    revision: gauge('mooring_environment_revision', 'Newest recorded revision of the Environment.'),
  };
  const transitions = new Counter({
    name: 'mooring_environment_transitions_total',
    help: 'Changes of Environments between Ready and NotReady, by the new status.',
    labelNames: ['to'],
    registers: [registry],
  });
  for (const to of ['Ready', 'NotReady']) transitions.inc({ to }, 0);
  const latency = new Histogram({
    name: 'mooring_decision_to_status_seconds',
    help: 'Time from the receipt of a PlacementDecision to the Environment status written for it.',
    // Idle it takes some milliseconds; the tail is a hub with 100,000 decisions after a restart.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  const fields = ['ready', 'selectedClusters', 'requiredClusters', 'revision'] as const;
  return {
    set(namespace, name, sample) {
      for (const field of fields) {
        const value = sample[field];
        if (value === undefined) gauges[field].remove({ namespace, name });
        else gauges[field].set({ namespace, name }, Number(value));
      }
    },
    remove(namespace, name) {
      for (const field of fields) gauges[field].remove({ namespace, name });
    },
    clear() {
      for (const field of fields) gauges[field].reset();
    },
    transition: (to) => transitions.inc({ to }),
    decisionToStatus: (seconds) => latency.observe(seconds),
  };
}
