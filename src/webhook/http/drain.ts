import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DrainOptions {
  /** How long to go on serving, until every API server knows that this replica is on its way out. */
  drainMs: number;
  /** How long the requests still in flight may take after that. */
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
 * Ends a server without losing a call: serves on for `drainMs` (whoever answers says `Connection: close`), then stops
 * accepting, closes idle connections and lets the others finish for `graceMs` at most.
 */
export async function drain(
  server: Server,
  sockets: ReadonlySet<Socket>,
  { drainMs, graceMs }: DrainOptions,
): Promise<void> {
  if (!server.listening) return;
  await sleep(drainMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection on which nothing was ever asked counts as busy for Node, and would hold the process.
  const force = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
  await closed;
  clearTimeout(force);
}
