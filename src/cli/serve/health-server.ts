import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../log.ts';

// An import of `node:http` reads all that it exports, and so loads its WebSocket client: 13 MiB that no role uses.
const { createServer } = process.getBuiltinModule('node:http');

export interface HealthOptions {
  /** The reasons for which the role is not ready, one line each; empty if it is ready. */
  ready: () => string[];
  /** The metrics in the text format of Prometheus. */
  metrics: () => Promise<{ contentType: string; body: string }>;
  log: Log;
}

export interface HealthServer {
  listen(port: number, host?: string): Promise<void>;
  address(): AddressInfo;
  close(): Promise<void>;
}

interface Page {
  status: number;
  contentType: string;
  body: string;
}

/** Serves `/healthz` (the process is alive), `/readyz` and `/metrics` over HTTP, for the kubelet and Prometheus. */
export function createHealthServer({ ready, metrics, log }: HealthOptions): HealthServer {
  const pages: ReadonlyMap<string, () => Page | Promise<Page>> = new Map<string, () => Page | Promise<Page>>([
    ['/healthz', () => textPage(200, 'ok')],
    ['/readyz', () => readinessPage(ready())],
    ['/metrics', async () => ({ status: 200, ...(await metrics()) })],
  ]);

  async function pageFor({ method, url = '/' }: IncomingMessage): Promise<Page> {
    const page = pages.get(url.split('?', 1)[0] ?? '');
    if (page === undefined) return textPage(404, 'not found');
    if (method !== 'GET' && method !== 'HEAD') return textPage(405, 'method not allowed');
    try {
      return await page();
    } catch (err) {
      log.error({ err, path: url }, 'health request failed');
      return textPage(500, 'failed');
    }
  }

  const server = createServer((request, response) => {
    void pageFor(request).then((page) => send(response, page));
  });
  return {
    async listen(port, host) {
      server.listen(port, host);
      await once(server, 'listening');
    },
    address() {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the health server is not listening');
      return address;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function readinessPage(reasons: string[]): Page {
  return reasons.length === 0 ? textPage(200, 'ok') : textPage(503, reasons.join('\n'));
}

function textPage(status: number, line: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${line}\n` };
}

function send(response: ServerResponse, { status, contentType, body }: Page): void {
  if (status === 405) response.setHeader('Allow', 'GET, HEAD');
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
