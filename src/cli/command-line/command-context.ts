import type { LiveTerminal } from '../live/live-command.ts';

/** The process, as commands see it. */
export interface CommandTerminal extends LiveTerminal {
  /** Aborted on SIGTERM and SIGINT. After this call those signals no longer end the process by themselves. */
  stopSignal(): AbortSignal;
}

/** The arguments with which commands are added to the program. */
export interface CommandContext {
  terminal: CommandTerminal;
  setExitCode: (code: number) => void;
}
