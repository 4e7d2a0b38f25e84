import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGo } from '../../../deploy/local/kubernetes/go-command.ts';
import { ensureCachedFolder } from '../../../deploy/local/kubernetes/cached-folder.ts';
import { cacheFolder } from '../../../src/cli/topologies.ts';

const sources = join(import.meta.dirname, '..', 'peer');

/** The program of the Go peer. It is built once, which takes some minutes. */
export async function buildPeer(print: (line: string) => void): Promise<string> {
  const path = join(cacheFolder(process.env), `bench-peer-${await digest()}`);
  const folder = await ensureCachedFolder({
    path,
    onWait: (pid) => print(`waiting for process ${pid}, which builds the Go peer`),
    async fill(draft) {
      print('building the Go peer (once, some minutes)');
      await runGo({
        args: ['build', '-trimpath', '-buildvcs=false', '-o', join(draft, 'peer'), '.'],
        module: sources,
        environment: Object.fromEntries(
          Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        ),
        takeProgress: (line) => line.startsWith('go: downloading'),
      });
    },
  });
  return join(folder, 'peer');
}

async function digest(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(sources)).toSorted())
    hash.update(`${name}\0`).update(await readFile(join(sources, name)));
  return hash.digest('hex').slice(0, 16);
}
