import type { CertificateFiles } from '../files/certificates.ts';
import { isHealthy } from './probe.ts';
import type { ProcessSpec } from './process.ts';

// The controllers that mooring and OCM depend on. There are no nodes, so controllers of pods are not needed.
const controllers = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
];

export interface ControllerManagerOptions {
  cluster: string;
  port: number;
  kubeconfig: string;
  certificates: CertificateFiles;
}

/** The kube-controller-manager of one cluster. Each controller has a service account, as in a real cluster. */
export function createControllerManagerSpec({
  cluster,
  port,
  kubeconfig,
  certificates,
}: ControllerManagerOptions): ProcessSpec {
  const { authority, serverCertificate, serverKey, serviceAccountKey } = certificates;
  return {
    name: `${cluster}-controller-manager`,
    program: 'controllerManager',
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=${controllers.join(',')}`,
      '--use-service-account-credentials',
      `--service-account-private-key-file=${serviceAccountKey}`,
      `--root-ca-file=${authority}`,
      '--leader-elect=false', // there is only one, and after a kill it would wait 15 s for the Lease
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${serverCertificate}`,
      `--tls-private-key-file=${serverKey}`,
      '--profiling=false',
    ],
    port,
    inputs: [kubeconfig],
    isReady: () => isHealthy({ url: `https://127.0.0.1:${port}/healthz`, authority }),
  };
}
