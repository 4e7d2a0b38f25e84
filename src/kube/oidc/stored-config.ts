import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { AuthProvider } from '../kubeconfig/kube-config.ts';
import { readKubeConfigFile } from '../kubeconfig/kubeconfig-file.ts';

/** The configuration of the auth-provider as its file has it now. Undefined if the file or the user has gone. */
export async function storedConfig({ file, user }: AuthProvider): Promise<AuthProvider['config'] | undefined> {
  try {
    return readKubeConfigFile(await readFile(file, 'utf8'), file).users.get(user)?.authProvider?.config;
  } catch {
    return undefined;
  }
}

/** Writes values into the configuration of the auth-provider in its file. The file must be locked. */
export async function storeConfig(
  { file, user }: AuthProvider,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await replaceFile(file, withValues(await readFile(file, 'utf8'), user, values));
}

/** The text of a kubeconfig with values in the configuration of a user's auth-provider. Everything else stays, also comments. */
function withValues(text: string, user: string, values: Readonly<Record<string, string>>): string {
  const document = parseDocument(text, { version: '1.1', logLevel: 'error', prettyErrors: false });
  const { users }: { users: { name: string }[] } = document.toJS();
  const index = users.findIndex(({ name }) => name === user);
  for (const [name, value] of Object.entries(values)) {
    document.setIn(['users', index, 'user', 'auth-provider', 'config', name], value);
  }
  // kubectl does not indent the items of a list.
  return document.toString({ lineWidth: 0, indentSeq: !/^- /m.test(text) });
}

/** Replaces the content of a file in one step. Its mode and its owner stay; a symbolic link is followed. */
async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const { mode, uid, gid } = await stat(target);
  const temporary = `${target}.mooring.tmp`;
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.chown(uid, gid);
      await file.chmod(mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
