import { sharedHubNamespace, systemNamespace } from '../../api/names.ts';
import { Option } from 'commander';

/** An option that may be repeated; its value is the list of all given values. `standard` describes the default. */
export function repeatable(flags: string, description: string, standard?: string): Option {
  const append = (value: string, values: string[] = []): string[] => [...values, value];
  const suffix = standard === undefined ? '' : ` (default: ${standard})`;
  return new Option(flags, `${description}; may be repeated${suffix}`).argParser(append);
}

/** The option for the namespace of shared profiles and PolicyDefinitions. */
export function systemNamespaceOption(): Option {
  return new Option('--system-namespace <NAME>', 'namespace of shared WorkloadProfiles and PolicyDefinitions').default(
    systemNamespace,
  );
}

/** The options that choose a cluster. */
export function clusterOptions(): Option[] {
  return [
    new Option('--kubeconfig <FILE>', 'kubeconfig file (default: found as kubectl finds it)'),
    new Option('--context <NAME>', "context in the kubeconfig (default: the file's current context)"),
  ];
}

/** The option for severities of rules. */
export function ruleOption(): Option {
  return repeatable(
    '--rule <CODE=SEVERITY>',
    'severity of an admission rule: deny, warn or off; the last option for a code takes precedence',
    'the severity in docs/rules.md',
  );
}

/** The option for spoke namespaces in which no deployment may have a Workload. */
export function protectedNamespaceOption(): Option {
  return repeatable(
    '--protected-namespace <PATTERN>',
    'spoke namespace without Workloads, such as istio-*; default, kube-*, open-cluster-management* and the namespaces of mooring always are',
    'the namespaces of usual platform components, see docs/rules.md',
  );
}

/** The option for hub namespaces that every Environment may use. */
export function sharedHubNamespaceOption(): Option {
  return repeatable(
    '--shared-hub-namespace <NAME>',
    'hub namespace that every Environment may use; the first one is the default of hubNamespace',
    sharedHubNamespace,
  );
}

/** The option for kinds that topologies may render besides those of OCM. */
export function topologyKindOption(): Option {
  return repeatable(
    '--topology-kind <GROUP/VERSION/KIND>',
    'kind that topologies may render besides Placement and ManifestWorkReplicaSet, such as v1/ConfigMap; the same for all roles and commands (default: none)',
  );
}

/** The option for a CUE engine that is already built. */
export function cueModuleOption(): Option {
  return new Option(
    '--cue-module <FILE>',
    'CUE engine as WebAssembly (default: the one that is shipped with the program, or else one that is built with Go on first use and cached in the cache folder of the user)',
  );
}
