import { cp } from 'node:fs/promises';

/** What `npm run build` takes along besides JavaScript: the built-in topologies and the source of the CUE engine. */
const top = new URL('..', import.meta.url);
for (const folder of ['topology/builtin', 'topology/cue']) {
  await cp(new URL(`src/${folder}`, top), new URL(`dist/${folder}`, top), { recursive: true });
}
