import type { CertificateFiles } from '../files/certificates.ts';
import { answers } from './probe.ts';
import type { ProcessSpec } from './process.ts';

/** What an API server of a cluster needs. `etcd` is where its data lies, under `/<cluster>`. */
export interface ApiserverOptions {
  cluster: string;
  port: number;
  certificates: CertificateFiles;
  etcd: { port: number; certificates: CertificateFiles };
}

/** The kube-apiserver of one cluster, `hub-apiserver` say: RBAC, default admission, this machine only. */
export function apiserverProcess({ cluster, port, certificates, etcd }: ApiserverOptions): ProcessSpec {
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
      // A loopback address is refused as an endpoint of Service `kubernetes`; there are no pods to use it.
      '--endpoint-reconciler-type=none',
      '--allow-privileged=true',
      '--profiling=false',
    ],
    port,
    reads: [],
    ready: () => answers({ url: `https://127.0.0.1:${port}/readyz`, authority }),
  };
}
