import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { releaseFile, type ProgramName } from '../../deploy/local/kubernetes/kubernetes-release.ts';

const programs: ProgramName[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'];

const run = promisify(execFile);

/** Another content, an HTTP status, half of the file (and `cut` closes the connection), or no response (`silent`). */
type Answer = Buffer | number | 'cut' | 'hang' | 'silent';

/** Serves a release of small fake programs with the paths of the real ones, and records the requests. */
export class ReleaseMirror {
  readonly answers = new Map<string, Answer>();
  readonly requests: string[] = [];
  url = '';
  /** The number of responses that are cut before the others are complete. */
  cuts = Infinity;
  readonly #contents = new Map<string, Buffer>();
  readonly #server: Server = createServer(({ url = '' }, response) => this.#answer(url.slice(1), response));

  /** `folder` is for temporary files. */
  async start(folder: string): Promise<void> {
    for (const program of programs) {
      const { path, member } = this.file(program);
      const content = Buffer.from(`downloaded ${program}`);
      this.put(path, member === undefined ? content : await packed(folder, member, content));
    }
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }

  file(program: ProgramName): { path: string; sums: string; member?: string } {
    const file = releaseFile(program, { platform: 'linux', arch: process.arch, mirror: 'http://mirror' });
    if (file === undefined) throw new Error(`${program} is not published`);
    const { path, member, sumsUrl } = file;
    return { path, sums: new URL(sumsUrl).pathname.slice(1), ...(member === undefined ? {} : { member }) };
  }

  /** Serves a file and its sum, like the projects. */
  put(path: string, content: Buffer): void {
    this.#contents.set(path, content);
    const sum = sumOf(content);
    const isArchive = path.endsWith('.tar.gz');
    const sums = isArchive ? join(dirname(path), 'SHA256SUMS') : `${path}.sha256`;
    this.#contents.set(
      sums,
      Buffer.from(isArchive ? `${'0'.repeat(64)}  other.zip\n${sum}  ${basename(path)}\n` : sum),
    );
  }

  sum(program: ProgramName): string {
    return sumOf(this.#contents.get(this.file(program).path) ?? Buffer.alloc(0));
  }

  #answer(path: string, response: ServerResponse): void {
    this.requests.push(path);
    const answer = this.answers.get(path) ?? this.#contents.get(path) ?? 404;
    const content = answer instanceof Buffer ? answer : (this.#contents.get(path) ?? Buffer.alloc(0));
    const half = content.subarray(0, content.length / 2);
    if (answer === 'silent') return;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else if (answer instanceof Buffer || (answer === 'cut' && this.cuts-- <= 0)) response.end(content);
    else
      response.writeHead(200, { 'content-length': content.length }).write(half, () => {
        if (answer === 'cut') response.destroy();
      });
  }
}

function sumOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A tar.gz with two files, because the archive of etcd has several. */
async function packed(folder: string, member: string, content: Buffer): Promise<Buffer> {
  await mkdir(join(folder, dirname(member)), { recursive: true });
  await writeFile(join(folder, member), content);
  await writeFile(join(folder, dirname(member), 'README.md'), 'etcd');
  const options = { cwd: folder, encoding: 'buffer' } as const;
  return (await run('tar', ['-czf', '-', dirname(member)], options)).stdout;
}
