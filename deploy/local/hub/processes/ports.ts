import { createServer } from 'node:net';

// Below the range that Linux hands to outgoing connections (32768 and up): a port that is remembered while the hub is
// down is then not taken by somebody's passing connection.
const lowest = 20_000;
const highest = 32_000;

/** A port on 127.0.0.1 that nobody listens on and that is not among `taken`. `random` gives numbers in [0, 1). */
export async function freePort(taken: ReadonlySet<number>, random: () => number): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = lowest + Math.floor(random() * (highest - lowest));
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest} on 127.0.0.1`);
}

/** Adds a free port for each of `names` that has none yet; the others keep theirs. */
export async function withPorts(
  known: Readonly<Record<string, number>>,
  names: readonly string[],
  random: () => number,
): Promise<Record<string, number>> {
  const ports = { ...known };
  for (const name of names) ports[name] ??= await freePort(new Set(Object.values(ports)), random);
  return ports;
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
