import type { GrantedNamespaces } from '../../api/names.ts';

const serviceAccountPrefix = 'system:serviceaccount:';

/** The command that prints the grant of a namespace for a user, as messages name it. */
export function grantCommand(kind: GrantedNamespaces, namespace: string, username: string): string {
  const subject = username.startsWith(serviceAccountPrefix)
    ? `--serviceaccount ${shellWord(username.slice(serviceAccountPrefix.length))}`
    : `--user ${shellWord(username)}`;
  return `mooring ${kind}-namespace allow ${namespace} ${subject}`;
}

/** The word, quoted for a shell if necessary. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
