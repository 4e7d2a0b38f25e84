import type { LiveTerminal } from '../../src/cli/live/live-command.ts';
import type { Client } from '../../src/kube/client/client.ts';

/** A terminal in namespace `team` of the cluster behind `client`, at 2026-01-01T00:10:00Z, with what was written to it. */
export function liveTerminal(client: Client, options: Partial<Pick<LiveTerminal, 'program' | 'colour'>> = {}) {
  const written = { out: '', error: '' };
  const terminal: LiveTerminal = {
    out: (text) => void (written.out += text),
    error: (text) => void (written.error += text),
    stdin: () => Promise.reject(new Error('nobody types')),
    environment: {},
    program: 'mooring',
    colour: false,
    now: () => Date.parse('2026-01-01T00:10:00Z'),
    connect: () => ({ client, namespace: 'team' }),
    ...options,
  };
  return { terminal, written };
}
