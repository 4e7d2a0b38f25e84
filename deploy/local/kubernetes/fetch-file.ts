import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { describeCause, OriginError } from './origin-error.ts';

/** Timeouts for an origin. The first one is short, so that the build from source, which is the alternative, begins soon. */
export interface FetchLimits {
  /** Until the response begins, including connecting and redirects. */
  answerMs: number;
  /** Between two parts of a file. */
  stallMs: number;
}

export const fetchLimits: FetchLimits = { answerMs: 3000, stallMs: 15_000 };

const mostTextBytes = 100_000;

/** The content of a small file. Throws OriginError. */
export async function fetchText(url: string, limits: FetchLimits): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of fetchParts(url, { ...limits, stallMs: limits.answerMs })) {
    parts.push(part.content);
    bytes += part.content.length;
    if (bytes > mostTextBytes) throw new OriginError(url, 'is longer than a file of checksums');
  }
  return Buffer.concat(parts).toString('utf8');
}

/** A file that is fetched to `path`. */
export interface FileFetch {
  url: string;
  path: string;
  limits: FetchLimits;
  /** Called with the number of bytes so far. `total` is undefined if the origin does not say it. */
  onProgress: (done: number, total: number | undefined) => void;
}

/** Writes a file and returns its SHA-256 sum. Throws OriginError, or the error of the file system. */
export async function fetchFile({ url, path, limits, onProgress }: FileFetch): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o755);
  try {
    let done = 0;
    for await (const { content, total } of fetchParts(url, limits)) {
      hash.update(content);
      await file.writeFile(content);
      done += content.length;
      onProgress(done, total);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

interface Part {
  content: Uint8Array;
  total: number | undefined;
}

async function* fetchParts(url: string, { answerMs, stallMs }: FetchLimits): AsyncGenerator<Part> {
  const abort = new AbortController();
  const abortAfter = (ms: number, what: string) =>
    setTimeout(() => abort.abort(new Error(`no ${what} within ${ms / 1000} s`)), ms);
  let timer = abortAfter(answerMs, 'answer');
  let isBroken = false;
  try {
    // With a compression, Content-Length is not the length of the file.
    const { ok, status, body, headers } = await fetch(url, {
      signal: abort.signal,
      headers: { 'accept-encoding': 'identity' },
    });
    if (!ok || body === null) throw new OriginError(url, `HTTP status ${status}`);
    clearTimeout(timer);
    isBroken = true;
    const length = headers.get('content-length');
    const total = length === null ? undefined : Number(length);
    timer = abortAfter(stallMs, 'further data');
    for await (const content of body) {
      timer.refresh();
      yield { content, total };
    }
  } catch (cause) {
    if (cause instanceof OriginError) throw cause;
    throw new OriginError(url, describeCause(cause), { cause, isBroken });
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}
