import type { Role } from '../../src/api/names.ts';

/** The limit of the heap of a role, in MiB. By default, Node derives it from the limit of the container. */
export const heapMiB = 512;

/**
 * The largest half of the space for young objects, in MiB; Node's default is 16. The webhook gets more, because a scavenge during a
 * request copies what the request still needs.
 */
const semiSpaceMiB: Record<Role, number> = { webhook: 8, controller: 4, aggregator: 4 };

/**
 * Environment variables of a role for the memory of Node and of malloc in glibc. Compilers of JavaScript and WebAssembly allocate tens
 * of MiB in several threads and free them. By default, glibc has eight arenas for each core, and raises its thresholds when something large is freed,
 * so that little of this is returned to the system: a controller that is idle needs 25 MiB more.
 */
export function roleEnvironment(role: Role): Record<string, string> {
  return {
    NODE_OPTIONS: `--max-old-space-size=${heapMiB} --max-semi-space-size=${semiSpaceMiB[role]}`,
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
  };
}
