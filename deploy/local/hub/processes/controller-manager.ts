import type { CertificateFiles } from '../files/certificates.ts';
import { answers } from './probe.ts';
import type { ProcessSpec } from './process.ts';

// What mooring, OCM and their users lean on. There are no nodes, so nothing that makes pods.
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

/** The kube-controller-manager of one cluster, each controller under a service account of its own as in a real one. */
export function controllerManagerProcess({
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
      '--leader-elect=false', // there is one, and waiting for a lease after a kill would take 15 s
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${serverCertificate}`,
      `--tls-private-key-file=${serverKey}`,
      '--profiling=false',
    ],
    port,
    reads: [kubeconfig],
    ready: () => answers({ url: `https://127.0.0.1:${port}/healthz`, authority }),
  };
}
