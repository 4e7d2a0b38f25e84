import { request } from 'node:https';
import { readFile } from 'node:fs/promises';
import { locateCertificateFiles } from '../../deploy/local/hub/files/certificates.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';

/** Deletes everything below a prefix from the etcd of a hub, without any API server. Returns the number of deleted keys. */
export async function deleteFromEtcd({ state, files }: Hub, prefix: string): Promise<number> {
  const certificates = locateCertificateFiles(files.certificates('etcd'));
  const { certificate, key } = certificates.client('apiserver');
  const [ca, cert, clientKey] = await Promise.all(
    [certificates.authority, certificate, key].map((path) => readFile(path)),
  );
  // The end of the range is the prefix with its last byte incremented.
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  const body = JSON.stringify({ key: Buffer.from(prefix).toString('base64'), range_end: end.toString('base64') });
  const options = { host: '127.0.0.1', port: portOf(state, 'etcd'), path: '/v3/kv/deleterange', method: 'POST' };
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request({ ...options, ca, cert, key: clientKey }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (received += chunk));
      response.on('end', () => resolve(received));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
  const answer: { deleted?: string; error?: string } = JSON.parse(text);
  if (answer.error !== undefined) throw new Error(`etcd: ${answer.error}`);
  return Number(answer.deleted ?? 0);
}
