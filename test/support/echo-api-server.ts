import { once } from 'node:events';
import https from 'node:https';
import { localhostCertificate } from './localhost-certificate.ts';

/** An API server that accepts everybody. The name of the user is the Authorization header of the request. */
export class EchoApiServer {
  readonly #certificate = localhostCertificate();
  readonly #server = https.createServer(
    { cert: this.#certificate.cert, key: this.#certificate.key },
    (request, response) => {
      const status = { userInfo: { username: request.headers.authorization } };
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {}, status };
      response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify(review));
    },
  );

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return `https://127.0.0.1:${address.port}`;
  }

  /** The authority to trust, in PEM. */
  get authority(): string {
    return this.#certificate.authority;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}
