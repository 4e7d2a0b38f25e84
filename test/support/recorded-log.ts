import type { Log } from '../../src/log.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A log that stores its lines. */
export function recordedLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const under = (bound: Record<string, unknown>): Log => {
    const at = (level: LogLine['level']) => (fields: object, message: string) =>
      void lines.push({ level, message, fields: { ...bound, ...fields } });
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => under({ ...bound, ...fields }),
    };
  };
  return { log: under({}), lines };
}
