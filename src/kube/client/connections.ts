import { Socket } from 'node:net';
import { buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { Connection } from './connection.ts';
import type { Access, TlsOptions } from '../kubeconfig/access.ts';

/** Ms. kube-apiserver closes an idle connection after 90 s. The client closes it earlier, so that few requests fail because of that. */
const keepAliveTimeout = 60_000;
/** Ms. The same as in client-go's dialer. */
const connectTimeout = 30_000;

/**
 * undici's own timeouts are off: each request has a deadline, and a watch may be silent for minutes. With HTTP/1.1 and no
 * pipelining a connection serves one request at a time, so a broken connection breaks one request.
 */
const options = { keepAliveTimeout, headersTimeout: 0, bodyTimeout: 0, allowH2: false, pipelining: 1 } as const;

/** The open connections to an API server. They are kept while the server, the proxy and the TLS options stay the same. */
export class Connections {
  #access: Access | undefined;
  #fingerprint: string | undefined;
  #dispatcher: Dispatcher | undefined;

  /** The dispatcher for requests to a server. Connections do not depend on the token, so it may change while they stay. */
  to(access: Access): Dispatcher {
    if (this.#dispatcher !== undefined && this.#access === access) return this.#dispatcher;
    const fingerprint = JSON.stringify([access.server.origin, access.tls, access.proxyUrl]);
    if (this.#dispatcher === undefined || this.#fingerprint !== fingerprint) {
      // The replaced connections are not closed here: they finish their requests, then they time out.
      this.#dispatcher = createDispatcher(access);
      this.#fingerprint = fingerprint;
    }
    this.#access = access;
    return this.#dispatcher;
  }
}

function createDispatcher({ server, tls, proxyUrl }: Access): Dispatcher {
  if (proxyUrl !== undefined) return createProxyDispatcher(proxyUrl, tls);
  return createPool(server.origin, { ...options, connect: createConnector(tls) });
}

/**
 * Connects as undici does, but an unfinished connection does not keep the process alive, because undici does not cancel it when
 * its request is aborted. As long as a request is waiting, its timer keeps the process alive.
 */
function createConnector(tls: TlsOptions): buildConnector.connector {
  const connect = buildConnector({ ...tls, timeout: connectTimeout, allowH2: options.allowH2 });
  return (target, callback) => {
    const socket: unknown = connect(target, callback);
    if (socket instanceof Socket) socket.unref();
  };
}

function createPool(origin: string | URL, poolOptions: Pool.Options): Pool {
  const factory = (connectionOrigin: URL, connectionOptions: object) =>
    new Connection(connectionOrigin, connectionOptions);
  return new Pool(origin, { ...poolOptions, factory });
}

function createProxyDispatcher(proxyUrl: string, tls: TlsOptions): Dispatcher {
  // The `h` means that the proxy resolves host names. undici always lets the proxy do that.
  const uri = proxyUrl.replace(/^socks5h:/, 'socks5:');
  const isSocks = /^socks5?:/.test(uri);
  const agent = new ProxyAgent({
    ...options,
    uri,
    // Requests to a plain http server use CONNECT too, so that connections are used in the same way.
    proxyTunnel: true,
    requestTls: tls,
    connectTimeout,
    // Without this timeout, a proxy that does not respond to CONNECT would block a connection of the pool.
    clientFactory: (origin: URL, clientOptions: object) =>
      new Pool(origin, { ...clientOptions, headersTimeout: connectTimeout }),
    factory: (origin: string | URL, poolOptions: object) => createPool(origin, poolOptions),
  });
  return isSocks ? agent.compose(closeAfterResponse) : agent;
}

/** undici creates the connections through a SOCKS proxy itself, so `Connection` could not detect that one of them is stale. */
const closeAfterResponse: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (request, handler) =>
  dispatch({ ...request, reset: true }, handler);
