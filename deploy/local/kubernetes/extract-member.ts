import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { OriginError } from './origin-error.ts';

/** A file to extract from an archive. */
export interface Extraction {
  archive: string;
  member: string;
  target: string;
  url: string;
  environment: Readonly<Record<string, string>>;
}

/** Extracts one file of a tar.gz. tar writes the content to its output, so that paths in the archive have no effect. */
export async function extractMember({ archive, member, target, url, environment }: Extraction): Promise<void> {
  const file = await open(target, 'w', 0o755);
  try {
    const stdio = ['ignore', file.fd, 'pipe'] as const;
    const tar = spawn('tar', ['-xzOf', archive, member], { env: environment, stdio: [...stdio] });
    const closed = once(tar, 'close') as Promise<[number | null]>;
    const [messages, [code]] = await Promise.all([tar.stderr === null ? '' : text(tar.stderr), closed]);
    if (code !== 0) throw new Error(messages.trim().split('\n')[0]);
  } catch (cause) {
    // The archive has the right sum, so the problem is on this machine. A build does not need tar.
    throw new OriginError(url, `tar cannot unpack it: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  } finally {
    await file.close();
  }
}
