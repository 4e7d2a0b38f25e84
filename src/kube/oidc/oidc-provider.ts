import { isDeepStrictEqual } from 'node:util';
import type { AuthProvider, Environment } from '../kubeconfig/kube-config.ts';
import { FileLocked, type Lock, lockFile } from './file-lock.ts';
import { usableUntil } from './id-token.ts';
import { storeConfig, storedConfig } from './stored-config.ts';

type Config = AuthProvider['config'];

/** Ms. Another process that renews the token waits at most 30 s for its issuer. */
const lockWaitMs = 35_000;

export interface OidcOptions {
  /** It may name a proxy. */
  environment: Environment;
  /** Called with one line if the renewed tokens are not saved. */
  warn: (text: string) => void;
  lockWaitMs?: number | undefined;
}

/** An id-token, and until when it is used, in ms since 1970. */
interface IdToken {
  token: string;
  expiresAt: number;
}

/**
 * The id-token of an `auth-provider: oidc`. As in kubectl, an expired one is renewed with the refresh token, and both are written
 * to the kubeconfig file, because many issuers accept each refresh token only once. Code that renews is loaded when it is needed.
 */
export class OidcProvider {
  readonly #provider: AuthProvider;
  readonly #options: OidcOptions;
  #config: Config;
  /** What the file contained when newer tokens could not be saved in it. */
  #outdated: Config | undefined;

  constructor(provider: AuthProvider, options: OidcOptions) {
    this.#provider = provider;
    this.#options = options;
    this.#config = provider.config;
  }

  /** Throws an error with a message of one line. */
  async idToken(): Promise<IdToken> {
    return usable(this.#config) ?? (await this.#renew());
  }

  async #renew(): Promise<IdToken> {
    const lock = await this.#lock();
    try {
      return await this.#renewLocked(lock instanceof Error ? lock : undefined);
    } finally {
      if (!(lock instanceof Error)) lock.release();
    }
  }

  /** `problem` says why the file is not locked. */
  async #renewLocked(problem: Error | undefined): Promise<IdToken> {
    const stored = await this.#stored();
    if (stored !== undefined && !isDeepStrictEqual(stored, this.#outdated)) this.#config = stored;
    const known = usable(this.#config);
    if (known !== undefined) return known;
    if ((this.#config['refresh-token'] ?? '') === '') {
      throw new Error('auth-provider oidc: the id-token has expired, and there is no refresh-token; log in again');
    }
    const { renewTokens } = await import('./renewal.ts');
    const tokens = await renewTokens(this.#config, { environment: this.#options.environment });
    this.#config = { ...this.#config, ...tokens };
    try {
      if (problem !== undefined) throw problem;
      if (stored === undefined) throw new Error('it no longer defines this user');
      await storeConfig(this.#provider, { ...tokens });
    } catch (error) {
      this.#outdated = stored;
      this.#warn(error);
    }
    return { token: tokens['id-token'], expiresAt: usableUntil(tokens['id-token']) };
  }

  /** The lock of the file, or why it cannot be locked. Throws FileLocked: then nothing is renewed, because it could not be saved. */
  async #lock(): Promise<Lock | Error> {
    try {
      return await lockFile(this.#provider.file, this.#options.lockWaitMs ?? lockWaitMs);
    } catch (error) {
      if (error instanceof FileLocked || !(error instanceof Error)) throw error;
      return error;
    }
  }

  /** What the file contains now, unless it is about another issuer or another client. */
  async #stored(): Promise<Config | undefined> {
    const stored = await storedConfig(this.#provider);
    const isSame = ['idp-issuer-url', 'client-id'].every((name) => stored?.[name] === this.#config[name]);
    return isSame ? stored : undefined;
  }

  #warn(error: unknown): void {
    const { file, user } = this.#provider;
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.warn(
      `the renewed OIDC tokens of user ${JSON.stringify(user)} are not saved in ${file}: ${reason}; kubectl may have to log in again`,
    );
  }
}

function usable({ 'id-token': token = '' }: Config): IdToken | undefined {
  if (token === '') return undefined;
  const expiresAt = usableUntil(token);
  return expiresAt > Date.now() ? { token, expiresAt } : undefined;
}
