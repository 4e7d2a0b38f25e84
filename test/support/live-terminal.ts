import type { LiveTerminal } from '../../src/cli/live/live-command.ts';
import type { Client } from '../../src/kube/client/client.ts';

/** The time of `liveTerminal`, in milliseconds since the epoch. */
export const liveTime = Date.parse('2026-01-01T00:10:00Z');

/** A terminal with the namespace `team` and the time 2026-01-01T00:10:00Z. `written` is its output. */
export function liveTerminal(client: Client, options: Partial<Pick<LiveTerminal, 'program' | 'colour'>> = {}) {
  const written = { out: '', error: '' };
  const terminal: LiveTerminal = {
    out: (text) => void (written.out += text),
    error: (text) => void (written.error += text),
    stdin: () => Promise.reject(new Error('there is no standard input')),
    environment: {},
    program: 'mooring',
    colour: false,
    now: () => liveTime,
    connect: () => ({ client, namespace: 'team' }),
    ...options,
  };
  return { terminal, written };
}
