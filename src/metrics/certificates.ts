import { Counter, type Registry } from 'prom-client';

/** Metrics about the certificates of the webhook, besides their expiry. */
export interface CertificateMetrics {
  /** Creates the series of the kinds of webhook configurations. The result counts a change of caBundle or the path by another writer. */
  bundleConflicts(kinds: readonly string[]): (kind: string) => void;
}

/** Creates the metrics in `registry`. */
export function createCertificateMetrics(registry: Registry): CertificateMetrics {
  const conflicts = new Counter({
    name: 'mooring_ca_bundle_conflicts_total',
    help: 'How often another writer changed caBundle or the path that mooring had written, by the kind of the webhook configuration.',
    labelNames: ['kind'],
    registers: [registry],
  });
  return {
    bundleConflicts(kinds) {
      // rate() misses the first conflict if the series starts with it.
      for (const kind of kinds) conflicts.inc({ kind }, 0);
      return (kind) => conflicts.inc({ kind });
    },
  };
}
