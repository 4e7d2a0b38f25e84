import { createServer } from 'node:net';

// Linux uses ports from 32768 for outgoing connections. Lower ports are not taken by a connection while the hub is down.
const minPort = 20_000;
const maxPort = 32_000;

/** A port on 127.0.0.1 that no program listens on and that is not in `taken`. `random` returns numbers in [0, 1). */
export async function findFreePort(taken: ReadonlySet<number>, random: () => number): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = minPort + Math.floor(random() * (maxPort - minPort));
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`there is no free port between ${minPort} and ${maxPort} on 127.0.0.1`);
}

/** Adds a free port for each name that does not have one. The ports of the others do not change. */
export async function addPorts(
  known: Readonly<Record<string, number>>,
  names: readonly string[],
  random: () => number,
): Promise<Record<string, number>> {
  const ports = { ...known };
  for (const name of names) ports[name] ??= await findFreePort(new Set(Object.values(ports)), random);
  return ports;
}

/** Whether a server can listen on this port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
