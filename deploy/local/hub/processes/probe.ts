import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';

/** A health endpoint. The files are PEM. They are read at each probe, so they may be created later. */
export interface ProbeTarget {
  url: string;
  authority?: string;
  client?: { certificate: string; key: string };
}

const timeoutMs = 2000;

/** Whether the endpoint responds with 200. False if it does not respond, or has a certificate of another authority. */
export async function isHealthy(target: ProbeTarget): Promise<boolean> {
  try {
    return (await getStatusCode(target)) === 200;
  } catch {
    return false;
  }
}

async function getStatusCode({ url, authority, client }: ProbeTarget): Promise<number | undefined> {
  const ca = authority === undefined ? {} : { ca: await readFile(authority) };
  const identity =
    client === undefined ? {} : { cert: await readFile(client.certificate), key: await readFile(client.key) };
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const request = get(url, { ...ca, ...identity, agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy(new Error(`no response from ${url} within ${timeoutMs} ms`)));
    request.once('error', reject);
  });
}
