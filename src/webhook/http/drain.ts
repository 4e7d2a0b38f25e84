import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DrainOptions {
  /** How long to continue serving, until every API server knows that this replica is stopping. */
  drainMs: number;
  /** How long requests in flight may take after that. */
  graceMs: number;
}

/** The connections of a server, from before their TLS handshake until they are closed. */
export function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

/**
 * Stops a server without losing a call: continues serving for `drainMs` (responses contain `Connection: close`), then stops
 * accepting connections, closes idle ones and lets the others finish within `graceMs`.
 */
export async function drain(
  server: Server,
  sockets: ReadonlySet<Socket>,
  { drainMs, graceMs }: DrainOptions,
): Promise<void> {
  if (!server.listening) return;
  await sleep(drainMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Node counts a connection without any request as busy, and would keep the process alive for it.
  const force = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
  await closed;
  clearTimeout(force);
}
