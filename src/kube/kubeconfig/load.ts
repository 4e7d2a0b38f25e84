import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { checkUsable } from './check-usable.ts';
import { inClusterConfig, serviceAccountFolder } from './in-cluster.ts';
import { type Environment, InvalidKubeConfig, type KubeConfig } from './kube-config.ts';
import { type KubeConfigFile, readKubeConfigFile } from './kubeconfig-file.ts';
import { mergeKubeConfigs } from './merge.ts';

/** The kubeconfig file and its context. If one is undefined, its default is used. */
export interface KubeConfigOptions {
  kubeconfig?: string | undefined;
  context?: string | undefined;
}

/** The process that loads a kubeconfig. */
export interface KubeConfigProcess {
  environment: Environment;
  /** The folder with the token of a pod, if it is not the one of the kubelet. */
  podFolder?: string;
}

/**
 * The credentials of a role: the given file, or else the service account of the pod, or else kubectl's default files. Throws
 * InvalidKubeConfig.
 */
export function loadKubeConfig(options: KubeConfigOptions, process: KubeConfigProcess): KubeConfig {
  const isOpen = options.kubeconfig === undefined && options.context === undefined;
  return (isOpen ? podConfig(process) : undefined) ?? loadUserKubeConfig(options, process);
}

/**
 * The credentials of the user at the terminal, found as kubectl finds them: the given file, or else the files in `$KUBECONFIG` or
 * the file in the home directory, or else the service account of the pod. Throws InvalidKubeConfig.
 */
export function loadUserKubeConfig(options: KubeConfigOptions, process: KubeConfigProcess): KubeConfig {
  const { environment } = process;
  const paths = options.kubeconfig === undefined ? defaultPaths(environment) : [options.kubeconfig];
  const isRequired = options.kubeconfig !== undefined;
  const merged = mergeKubeConfigs(paths.map((path) => readFile(path, isRequired)).filter((file) => file !== undefined));
  const context = options.context ?? merged.currentContext;
  if (context !== undefined) return inContext(merged, context, environment);
  const pod = isRequired ? undefined : podConfig(process);
  if (pod !== undefined) return pod;
  throw new InvalidKubeConfig(
    merged.contexts.size > 0
      ? 'kubeconfig has no current-context; set --context'
      : `no cluster configuration: ${paths.join(' and ') || '$KUBECONFIG'} has no context, and this is not a pod with a service account; set --kubeconfig or KUBECONFIG`,
  );
}

function podConfig({ environment, podFolder = serviceAccountFolder }: KubeConfigProcess): KubeConfig | undefined {
  return inClusterConfig(environment, podFolder);
}

function defaultPaths({ KUBECONFIG: paths = '', HOME, USERPROFILE }: Environment): string[] {
  if (paths !== '') return paths.split(delimiter).filter((path) => path !== '');
  const home = HOME ?? USERPROFILE ?? '';
  return home === '' ? [] : [join(home, '.kube', 'config')];
}

/** Undefined if the file is missing and not required. */
function readFile(path: string, isRequired: boolean): KubeConfigFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (missing && !isRequired) return undefined;
    throw new InvalidKubeConfig(`kubeconfig: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return readKubeConfigFile(text, path);
}

function inContext(file: KubeConfigFile, name: string, environment: Environment): KubeConfig {
  const title = `context ${JSON.stringify(name)}`;
  const context = file.contexts.get(name);
  if (context === undefined) throw new InvalidKubeConfig(`kubeconfig has no context named ${JSON.stringify(name)}`);
  if (context.cluster === undefined) throw new InvalidKubeConfig(`kubeconfig: ${title} has no cluster`);
  const cluster = file.clusters.get(context.cluster);
  if (cluster === undefined) {
    throw new InvalidKubeConfig(
      `kubeconfig: ${title} names cluster ${JSON.stringify(context.cluster)}, which is not defined`,
    );
  }
  // A context without a user is anonymous. One whose user is missing would be so too in kubectl, but nobody asks for that.
  const user = context.user === undefined ? { name: '' } : file.users.get(context.user);
  if (user === undefined) {
    throw new InvalidKubeConfig(
      `kubeconfig: ${title} names user ${JSON.stringify(context.user)}, which is not defined`,
    );
  }
  checkUsable(cluster, user);
  return { context: name, namespace: context.namespace ?? 'default', cluster, user, environment };
}
