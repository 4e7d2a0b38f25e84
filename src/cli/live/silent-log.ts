import type { Log } from '../../log.ts';

/** A log that writes nothing: a command reports problems itself. Without it, each command would load the library for logs. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};
