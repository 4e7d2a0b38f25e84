import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';

/** How to reach a health endpoint; the files are PEM and read at each probe, so they may appear later. */
export interface ProbeTarget {
  url: string;
  authority?: string;
  client?: { certificate: string; key: string };
}

const timeoutMs = 2000;

/** Whether the endpoint answers 200 now. Never throws: no answer is an answer. A wrong certificate is none of ours. */
export async function answers(target: ProbeTarget): Promise<boolean> {
  try {
    return (await statusOf(target)) === 200;
  } catch {
    return false;
  }
}

async function statusOf({ url, authority, client }: ProbeTarget): Promise<number | undefined> {
  const ca = authority === undefined ? {} : { ca: await readFile(authority) };
  const identity =
    client === undefined ? {} : { cert: await readFile(client.certificate), key: await readFile(client.key) };
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const request = get(url, { ...ca, ...identity, agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy(new Error(`no answer from ${url} within ${timeoutMs} ms`)));
    request.once('error', reject);
  });
}
