import type { LiveTerminal } from '../live/live-command.ts';

/** What commands use of the process. */
export interface CommandTerminal extends LiveTerminal {
  /** Returns a signal that aborts on SIGTERM and SIGINT. After this call, they no longer end the process. */
  stopSignal(): AbortSignal;
}

/** What the commands of the program need to run. */
export interface CommandContext {
  terminal: CommandTerminal;
  setExitCode: (code: number) => void;
}
