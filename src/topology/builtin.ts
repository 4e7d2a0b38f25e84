import { readFileSync } from 'node:fs';

function read(name: string): string {
  return readFileSync(new URL(`./builtin/${name}.cue`, import.meta.url), 'utf8');
}

/** The topologies that need no PolicyDefinition: their CUE templates by name. */
export const builtinTopologies = {
  'topology-ocm': read('topology-ocm'),
  'topology-ocm-byop': read('topology-ocm-byop'),
} as const satisfies Record<string, string>;
