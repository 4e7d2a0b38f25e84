import { kubectlOk, sharedHub } from './hub.ts';
import { runMooring } from './mooring.ts';

/** Opens a hub namespace with the command for administrators. */
export async function openHubNamespace(namespace: string, ...options: string[]): Promise<void> {
  const { kubeconfig } = await sharedHub();
  const args = ['hub-namespace', 'open', namespace, '--apply', '--kubeconfig', kubeconfig, ...options];
  const { code, stderr } = await runMooring(args);
  if (code !== 0) throw new Error(`mooring ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** Deletes the RoleBinding that opens a hub namespace. */
export async function closeHubNamespace(namespace: string): Promise<void> {
  await kubectlOk(['delete', 'rolebinding', 'mooring-hub-namespace', '-n', namespace, '--ignore-not-found']);
}
