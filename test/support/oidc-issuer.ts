import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { localhostCertificate } from './localhost-certificate.ts';

// Made once: they take longer than most tests.
const certificate = localhostCertificate(['idp.example.test']);
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** How an issuer answers the token endpoint, instead of with tokens. */
export interface IssuerReply {
  status?: number;
  /** Replaces fields of the answer. Undefined removes one. */
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** An OIDC issuer over TLS: discovery, keys, and a token endpoint where each refresh token is valid once. */
export class OidcIssuer {
  readonly #server = https.createServer(
    { cert: certificate.cert, key: certificate.key },
    (request, response) => void this.#answer(request, response),
  );
  readonly #replies: IssuerReply[] = [];
  #serial = 0;
  /** The refresh token that is valid now. */
  refreshToken = 'refresh-0';
  /** The id-token that was made last. */
  newest = '';
  /** What the token endpoint received, and the Authorization header. */
  readonly grants: { parameters: Record<string, string>; authorization: string | undefined }[] = [];
  /** Of the next id-tokens, in seconds. */
  lifetime = 3600;
  /** Of its URL. */
  host = '127.0.0.1';
  /** Milliseconds until the token endpoint answers. */
  delay = 0;

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the issuer does not listen');
    return `https://${this.host}:${address.port}`;
  }

  /** The authority to trust, in PEM. */
  get authority(): string {
    return certificate.authority;
  }

  /** The next answer of the token endpoint. */
  replyOnce(reply: IssuerReply): void {
    this.#replies.push(reply);
  }

  /** An id-token that expires after so many seconds. */
  idToken(seconds = this.lifetime): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.url,
      aud: 'mooring',
      sub: 'ann',
      iat: now,
      exp: now + seconds,
      jti: String(++this.#serial),
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}`;
    this.newest = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    return this.newest;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (body: object, status = 200, headers: Record<string, string> = {}) =>
      void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (request.url === '/.well-known/openid-configuration') {
      return json({
        issuer: this.url,
        authorization_endpoint: `${this.url}/auth`,
        token_endpoint: `${this.url}/token`,
        jwks_uri: `${this.url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (request.url === '/keys') {
      return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'k' }] });
    }
    const parameters = Object.fromEntries(new URLSearchParams(await text(request)));
    this.grants.push({ parameters, authorization: request.headers.authorization });
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    const reply = this.#replies.shift();
    if (reply === undefined && parameters['refresh_token'] !== this.refreshToken) {
      return json({ error: 'invalid_grant', error_description: 'the refresh token was used' }, 400);
    }
    if (reply?.status !== undefined) return json(reply.body ?? {}, reply.status, reply.headers);
    this.refreshToken = `refresh-${this.#serial + 1}`;
    const tokens = { id_token: this.idToken(), refresh_token: this.refreshToken };
    json({ access_token: 'a', token_type: 'Bearer', expires_in: this.lifetime, ...tokens, ...reply?.body });
  }
}
