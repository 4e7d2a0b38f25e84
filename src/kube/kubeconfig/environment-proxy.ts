import { BlockList, isIP, isIPv6 } from 'node:net';
import { InvalidKubeConfig, type Environment } from './kube-config.ts';

/** The schemes that proxies in environment variables may have. */
const schemes: readonly string[] = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * The proxy that environment variables name for a server, with the rules of kubectl (Go's `httpproxy`). Throws InvalidKubeConfig
 * if the variable that applies does not hold a proxy.
 */
export function environmentProxy(server: URL, environment: Environment): string | undefined {
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = variable(environment, name);
  if (value === '' || !usesProxy(server, variable(environment, 'NO_PROXY'))) return undefined;
  if (name === 'HTTP_PROXY' && (environment['REQUEST_METHOD'] ?? '') !== '') {
    throw new InvalidKubeConfig('HTTP_PROXY is not used in a CGI environment; unset REQUEST_METHOD');
  }
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.parse(text);
  if (url === null || url.hostname === '') throw new InvalidKubeConfig(`${name} must be a URL or host:port`);
  if (!schemes.includes(url.protocol)) {
    throw new InvalidKubeConfig(
      `${name} must begin with http, https, socks5 or socks5h, not ${url.protocol.slice(0, -1)}`,
    );
  }
  return text;
}

/** Upper case wins over lower case, as in Go 1.26. */
function variable(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

function usesProxy(server: URL, exceptions: string): boolean {
  const host = server.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || (isIP(host) !== 0 && isLoopback(host))) return false;
  const entries = exceptions
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return !entries.some((entry) => entry === '*' || excludes(entry, host, port));
}

function isLoopback(address: string): boolean {
  return matchesSubnet(address, '127.0.0.0', 8) || matchesSubnet(address, '::1', 128);
}

/** Whether an entry of `NO_PROXY` is about the host and the port: an address, a subnet or a domain. */
function excludes(entry: string, host: string, port: string): boolean {
  const subnet = /^(.+)\/(\d+)$/.exec(entry);
  if (subnet !== null && isIP(subnet[1] ?? '') !== 0) {
    return isIP(host) !== 0 && matchesSubnet(host, subnet[1] ?? '', Number(subnet[2]));
  }
  const [name, entryPort] = withoutPort(entry);
  if (name === '' || (entryPort !== '' && entryPort !== port)) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && matchesSubnet(host, name, isIPv6(name) ? 128 : 32);
  return isIP(host) === 0 && inDomain(host, name);
}

/** `example.com` means the domain and all below it, `.example.com` and `*.example.com` only what is below it. */
function inDomain(host: string, name: string): boolean {
  const domain = name.startsWith('*.') ? name.slice(1) : name;
  if (domain.startsWith('.')) return host.endsWith(ascii(domain));
  return host === ascii(domain) || host.endsWith(`.${ascii(domain)}`);
}

/** A host name as a URL has it: with the letters of other scripts encoded. */
function ascii(domain: string): string {
  const url = URL.parse(`http://${domain.replace(/^\./, 'x.')}`);
  const host = url?.hostname ?? domain;
  return domain.startsWith('.') ? host.slice(1) : host;
}

/** Splits `host:port` and `[address]:port`. The port is empty if there is none. */
function withoutPort(entry: string): [string, string] {
  const bracketed = /^\[(.*)\]:(\d*)$/.exec(entry);
  if (bracketed !== null) return [bracketed[1] ?? '', bracketed[2] ?? ''];
  const colon = entry.indexOf(':');
  if (colon === -1 || colon !== entry.lastIndexOf(':')) return [entry, ''];
  return [entry.slice(0, colon), entry.slice(colon + 1)];
}

function matchesSubnet(address: string, network: string, prefix: number): boolean {
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (prefix > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
