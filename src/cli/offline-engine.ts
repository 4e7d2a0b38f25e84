import { setFlagsFromString } from 'node:v8';
import { createLog } from '../log.ts';
import type { TopologyEngine } from '../topology/topology-result.ts';
import type { Terminal } from './output/terminal.ts';
import { openTopologies } from './topologies.ts';

/** A CUE engine that starts while a command reads its input. */
export interface StartingEngine {
  /** Resolves when the engine is ready. If it has to be built, the build begins with the first call. */
  ready(): Promise<TopologyEngine>;
  /** Closes the engine. A command that has not called `ready` does not wait until the engine has started. */
  close(): Promise<void>;
}

/** The limits suit a command that a user waits for. One worker is enough, because a command evaluates one topology at a time. */
const limits = { deadlineMs: 30_000, memoryMiB: 256, workers: 1 };

/**
 * How much of a function V8 executes before it optimizes it, about in bytes of WebAssembly. With its default of 13 MB, the compiler
 * needs as much CPU time for a usual command as the evaluations. With ten times as much, a command with hundreds of files is still
 * optimized.
 */
const tieringBudget = 130_000_000;

/** Starts the CUE engine of a command: the given module, or the one that is shipped or built on first use. */
export function startEngine(
  command: string,
  cueModule: string | undefined,
  { environment }: Pick<Terminal, 'environment'>,
): StartingEngine {
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  const needed = Promise.withResolvers<void>();
  let isNeeded = false;
  const beforeBuild = () => needed.promise;
  const opening = openTopologies(
    { cueModule, ...limits },
    { environment, beforeBuild, log: createLog('warn', command) },
  );
  // A failure is reported by `ready`.
  opening.catch(() => {});
  return {
    ready: () => {
      isNeeded = true;
      needed.resolve();
      return opening;
    },
    close: async () => {
      const closing = opening.then(
        (engine) => engine.close(),
        () => {},
      );
      if (isNeeded) await closing;
    },
  };
}
