import { Gauge, type Registry } from 'prom-client';

/** Metrics of the process as a whole: its watches, its leadership and its certificates. */
export interface ProcessMetrics {
  /** Exports the age of a watch. `lastContact` returns ms since the epoch, 0 for never. */
  watch(resource: string, lastContact: () => number): void;
  /** Exports whether this process holds the Lease `lease`. */
  leader(lease: string, isLeader: () => boolean): void;
  /** Exports when a certificate expires, in ms since the epoch; `undefined` while there is none. */
  certificate(certificate: string, expiry: () => number | undefined): void;
}

/** Creates the metrics of the process in `registry`. Their values are read at each scrape. `now` returns ms since the epoch. */
export function createProcessMetrics(registry: Registry, now: () => number): ProcessMetrics {
  /** Creates a gauge whose values are read at each scrape. */
  function createGauge(name: string, help: string, label: string): Map<string, () => number | undefined> {
    const sources = new Map<string, () => number | undefined>();
    const gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        this.reset();
        for (const [key, source] of sources) {
          const value = source();
          if (value !== undefined) this.set({ [label]: key }, value);
        }
      },
    });
    registry.registerMetric(gauge);
    return sources;
  }
  const watches = createGauge(
    'mooring_watch_age_seconds',
    'Time since the last contact with the API server on the watch of a resource.',
    'resource',
  );
  const leases = createGauge('mooring_leader', 'Whether this process holds the Lease (1) or not (0).', 'lease');
  const certificates = createGauge(
    'mooring_certificate_expiry_timestamp_seconds',
    'When the certificate expires, in seconds since the epoch.',
    'certificate',
  );
  const started = now();
  return {
    watch(resource, lastContact) {
      // The age of a watch without any contact yet is measured from the start of the process.
      watches.set(resource, () => Math.max(0, now() - (lastContact() || started)) / 1000);
    },
    leader(lease, isLeader) {
      leases.set(lease, () => (isLeader() ? 1 : 0));
    },
    certificate(certificate, expiry) {
      certificates.set(certificate, () => {
        const at = expiry();
        return at === undefined ? undefined : at / 1000;
      });
    },
  };
}
