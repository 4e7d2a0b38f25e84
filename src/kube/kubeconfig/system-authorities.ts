import { getCACertificates } from 'node:tls';

let authorities: string[] | undefined;

/** The authorities that the system trusts, as in kubectl, and those of Node, because a container may have no others. */
export function systemAuthorities(): string[] {
  authorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return authorities;
}
