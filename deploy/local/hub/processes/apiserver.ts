import type { CertificateFiles } from '../files/certificates.ts';
import { isHealthy } from './probe.ts';
import type { ProcessSpec } from './process.ts';

/** The API server stores its data in `etcd` with the prefix `/<cluster>`. */
export interface ApiserverOptions {
  cluster: string;
  port: number;
  certificates: CertificateFiles;
  etcd: { port: number; certificates: CertificateFiles };
}

/** The kube-apiserver of one cluster, for example `hub-apiserver`. It listens on this machine only. */
export function createApiserverSpec({ cluster, port, certificates, etcd }: ApiserverOptions): ProcessSpec {
  const { authority, serverCertificate, serverKey, serviceAccountKey } = certificates;
  const etcdClient = etcd.certificates.client('apiserver');
  return {
    name: `${cluster}-apiserver`,
    program: 'apiserver',
    args: [
      `--etcd-servers=https://127.0.0.1:${etcd.port}`,
      `--etcd-cafile=${etcd.certificates.authority}`,
      `--etcd-certfile=${etcdClient.certificate}`,
      `--etcd-keyfile=${etcdClient.key}`,
      `--etcd-prefix=/${cluster}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${serverCertificate}`,
      `--tls-private-key-file=${serverKey}`,
      `--client-ca-file=${authority}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${serviceAccountKey}`,
      `--service-account-signing-key-file=${serviceAccountKey}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      // Kubernetes rejects a loopback address as an endpoint of the Service `kubernetes`. No pod needs that Service here.
      '--endpoint-reconciler-type=none',
      '--allow-privileged=true',
      '--profiling=false',
    ],
    port,
    inputs: [],
    isReady: () => isHealthy({ url: `https://127.0.0.1:${port}/readyz`, authority }),
  };
}
