import { readFile } from 'node:fs/promises';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  type CustomFetch,
  discovery,
  None,
  refreshTokenGrant,
  ResponseBodyError,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { request, type Dispatcher } from 'undici';
import { Connections } from '../client/connections.ts';
import { environmentProxy } from '../kubeconfig/environment-proxy.ts';
import type { Environment } from '../kubeconfig/kube-config.ts';
import { systemAuthorities } from '../kubeconfig/system-authorities.ts';

/** Seconds that the issuer has for each of at most three responses. */
const defaultTimeout = 10;
/** Characters of an error that the issuer may describe. */
const longestReason = 200;

export interface RenewalOptions {
  /** It may name a proxy. */
  environment: Environment;
  /** Seconds that the issuer has for each response. */
  timeout?: number;
}

/** What an issuer answers. Without a refresh token, the last one stays valid. */
export interface RenewedTokens {
  'id-token': string;
  'refresh-token'?: string;
}

/** Gets a new id-token with the refresh token of an `auth-provider: oidc`. Throws an error of one line that names the issuer. */
export async function renewTokens(
  config: Readonly<Record<string, string>>,
  options: RenewalOptions,
): Promise<RenewedTokens> {
  const { 'idp-issuer-url': issuer = '' } = config;
  // Neither a connection nor the timeout of a request keeps the process alive.
  const alive = setInterval(() => undefined, 1000);
  try {
    const { id_token: idToken, refresh_token: refreshToken } = await grant(config, options);
    if (idToken === undefined) throw new Error('the response has no id_token: log in with scope openid');
    return { 'id-token': idToken, ...(refreshToken === undefined ? {} : { 'refresh-token': refreshToken }) };
  } catch (cause) {
    throw new Error(
      `auth-provider oidc: ${issuer} has not renewed the id-token: ${reasonOf(cause)}; try again, or log in again`,
      { cause },
    );
  } finally {
    clearInterval(alive);
  }
}

async function grant(
  config: Readonly<Record<string, string>>,
  { environment, timeout = defaultTimeout }: RenewalOptions,
): Promise<TokenEndpointResponse> {
  const { 'idp-issuer-url': issuer = '', 'client-id': id = '', 'client-secret': secret = '' } = config;
  const server = URL.parse(issuer);
  if (server === null) throw new Error('idp-issuer-url must be a URL');
  const proxyUrl = environmentProxy(server, environment);
  const dispatcher = new Connections().to({
    server,
    tls: { ca: await authorityOf(config) },
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    headers: {},
  });
  const fetch = fetchThrough(dispatcher);
  const [first, second] = secret === '' ? [None()] : [ClientSecretBasic(secret), ClientSecretPost(secret)];
  const found = await discovery(server, id, undefined, first, { [customFetch]: fetch, timeout });
  const renewed = (auth: ClientAuth): Promise<TokenEndpointResponse> => {
    const client = new Configuration(found.serverMetadata(), id, undefined, auth);
    client[customFetch] = fetch;
    client.timeout = timeout;
    return refreshTokenGrant(client, config['refresh-token'] ?? '');
  };
  try {
    return await renewed(first ?? None());
  } catch (error) {
    // As in kubectl: some issuers read the secret from the body only.
    if (second === undefined || !isAboutClient(error)) throw error;
    return await renewed(second);
  }
}

/** Not the `fetch` of Node: it knows no authority or proxy of one request, and refuses some ports. */
function fetchThrough(dispatcher: Dispatcher): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const response = await request(url, {
      dispatcher,
      // Only GET and POST are used.
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: body instanceof URLSearchParams ? body.toString() : null,
      signal: signal ?? null,
    });
    const pairs = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
    return new Response(await response.body.text(), { status: response.statusCode, headers: pairs });
  };
}

function isAboutClient(error: unknown): boolean {
  return (
    error instanceof WWWAuthenticateChallengeError ||
    (error instanceof ResponseBodyError && error.error !== 'invalid_grant')
  );
}

/** As in kubectl, a relative path is relative to the working directory, and data wins. */
async function authorityOf(config: Readonly<Record<string, string>>): Promise<Buffer | string[]> {
  const { 'idp-certificate-authority-data': data = '', 'idp-certificate-authority': path = '' } = config;
  if (data !== '') return Buffer.from(data, 'base64');
  return path === '' ? systemAuthorities() : readFile(path);
}

function reasonOf(error: unknown): string {
  if (error instanceof ResponseBodyError) {
    return oneLine(error.error_description === undefined ? error.error : `${error.error}: ${error.error_description}`);
  }
  if (!(error instanceof Error)) return oneLine(String(error));
  return error.cause instanceof Error ? reasonOf(error.cause) : oneLine(error.message);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, longestReason);
}
