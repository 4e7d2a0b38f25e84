import { InvalidKubeConfig } from './kube-config.ts';

/** The URL of a server. As in kubectl, a server without a scheme is an `http` server. Throws InvalidKubeConfig. */
export function serverUrl(server: string): URL {
  const hasScheme = server.includes('://');
  const url = URL.parse(hasScheme ? server : `http://${server}`);
  if (url === null || url.hostname === '' || (!hasScheme && url.pathname !== '/')) {
    throw new InvalidKubeConfig(`kubeconfig: server ${JSON.stringify(server)} must be a URL or host:port`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InvalidKubeConfig(`kubeconfig: server ${JSON.stringify(server)} must begin with https:// or http://`);
  }
  return url;
}
