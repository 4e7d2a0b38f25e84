import { once } from 'node:events';
import net from 'node:net';

/** A TCP proxy that distributes connections over several ports of this machine, like a Service over replicas. */
export class RoundRobin {
  /** The number of bytes from clients so far. */
  received = 0;
  readonly #targets: readonly number[];
  readonly #server = net.createServer((client) => this.#connect(client));
  readonly #open = new Set<net.Socket>();
  #next = 0;

  constructor(targets: readonly number[]) {
    this.#targets = targets;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await once(this.#server, 'close');
  }

  #connect(client: net.Socket): void {
    const target = net.connect(this.#targets[this.#next] ?? 0, '127.0.0.1');
    this.#next = (this.#next + 1) % this.#targets.length;
    client.on('data', ({ length }) => (this.received += length));
    client.pipe(target);
    target.pipe(client);
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#open.add(one);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
    }
  }
}
