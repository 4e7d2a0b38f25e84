import type { CertificateFiles } from '../files/certificates.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { answers } from './probe.ts';
import type { ProcessSpec } from './process.ts';

/** Ports of 127.0.0.1: for clients, and for other members (there are none, but etcd insists). */
export interface EtcdPorts {
  client: number;
  peer: number;
}

/** The one etcd that all clusters share, each under a prefix of its own. Only holders of its certificates get in. */
export function etcdProcess(files: HubFiles, certificates: CertificateFiles, ports: EtcdPorts): ProcessSpec {
  const url = `https://127.0.0.1:${ports.client}`;
  const peer = `https://127.0.0.1:${ports.peer}`;
  const { authority, serverCertificate, serverKey } = certificates;
  return {
    name: 'etcd',
    program: 'etcd',
    args: [
      '--name=hub',
      `--data-dir=${files.etcdData}`,
      '--log-level=warn',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=hub=${peer}`,
      `--cert-file=${serverCertificate}`,
      `--key-file=${serverKey}`,
      `--trusted-ca-file=${authority}`,
      '--client-cert-auth',
      `--peer-cert-file=${serverCertificate}`,
      `--peer-key-file=${serverKey}`,
      `--peer-trusted-ca-file=${authority}`,
      '--peer-client-cert-auth',
    ],
    port: ports.client,
    reads: [],
    ready: () => answers({ url: `${url}/health`, authority, client: certificates.client('apiserver') }),
  };
}
