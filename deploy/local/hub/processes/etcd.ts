import type { CertificateFiles } from '../files/certificates.ts';
import type { HubFiles } from '../files/hub-files.ts';
import { isHealthy } from './probe.ts';
import type { ProcessSpec } from './process.ts';

/** Ports on 127.0.0.1. etcd requires a peer port, although there are no other members. */
export interface EtcdPorts {
  client: number;
  peer: number;
}

/** The etcd that all clusters share. Each cluster has a prefix. etcd accepts only clients with a certificate. */
export function createEtcdSpec(files: HubFiles, certificates: CertificateFiles, ports: EtcdPorts): ProcessSpec {
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
    inputs: [],
    isReady: () => isHealthy({ url: `${url}/health`, authority, client: certificates.client('apiserver') }),
  };
}
