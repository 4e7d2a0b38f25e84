import { pino } from 'pino';

/** Structured logging: one JSON object per line. Values go into `fields`, not into the message. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: Record<string, unknown>): Log;
}

/** Creates a log on standard error. `level` is one of `debug`, `info`, `warn`, `error`, `silent`. Errors are logged in the field `err`. */
export function createLog(level: string, role: string): Log {
  return pino({ level, base: { role }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
