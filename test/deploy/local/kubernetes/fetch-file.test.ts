import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchFile, fetchText } from '../../../../deploy/local/kubernetes/fetch-file.ts';
import { OriginError } from '../../../../deploy/local/kubernetes/origin-error.ts';

const limits = { answerMs: 1000, stallMs: 1000 };

describe('a file that is fetched', () => {
  let folder = '';
  let server: Server;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fetch-'));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
    await rm(folder, { recursive: true });
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
  }
  const fetchTo = async (url: string, onProgress: (done: number, total: number | undefined) => void = () => {}) =>
    fetchFile({ url, path: join(folder, 'file'), limits, onProgress });

  it('is written completely, also after a redirect, and the sum is correct', async () => {
    const content = randomBytes(3_000_000);
    const url = await serve(({ url: path }, response) => {
      if (path === '/file') response.writeHead(302, { location: '/other' }).end();
      else response.writeHead(200, { 'content-length': content.length }).end(content);
    });
    const seen: [number, number | undefined][] = [];
    const sum = await fetchTo(url, (done, total) => seen.push([done, total]));
    assert.equal(sum, createHash('sha256').update(content).digest('hex'));
    assert.ok((await readFile(join(folder, 'file'))).equals(content));
    assert.deepEqual(seen.at(-1), [content.length, content.length]);
    assert.ok(seen.length > 1);
  });

  const broken: { why: string; listener: RequestListener }[] = [
    {
      why: 'the connection is closed before the announced length',
      listener: (_, response) => {
        response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy());
      },
    },
    {
      why: 'the connection is closed before the last chunk',
      listener: (_, response) => void response.write('half', () => response.destroy()),
    },
    { why: 'no further data comes', listener: (_, response) => void response.write('half') },
  ];
  for (const { why, listener } of broken) {
    it(`is broken when ${why}`, async () => {
      const url = await serve(listener);
      await assert.rejects(fetchTo(url), (error) => error instanceof OriginError && error.isBroken);
    });
  }

  it('is missing, not broken, if the origin says so or does not respond', async () => {
    const url = await serve(({ url: path }, response) => void (path === '/file' && response.writeHead(404).end()));
    for (const missing of [url, `${url}/silent`]) {
      await assert.rejects(fetchTo(missing), (error) => error instanceof OriginError && !error.isBroken);
    }
  });

  it('is not read to its end if it is longer than a list of sums', async () => {
    const url = await serve((_, response) => void response.end(Buffer.alloc(10_000_000)));
    await assert.rejects(fetchText(url, limits), /longer than a file of checksums/);
  });
});
