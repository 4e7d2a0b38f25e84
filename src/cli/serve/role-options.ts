import { installNamespace } from '../../api/names.ts';
import { Option } from 'commander';
import {
  clusterOptions,
  cueModuleOption,
  protectedNamespaceOption,
  repeatable,
  ruleOption,
  sharedHubNamespaceOption,
  systemNamespaceOption,
  topologyKindOption,
} from '../command-line/options.ts';

/** The options of `mooring serve webhook`. */
export function webhookOptions(): Option[] {
  return [
    new Option('--port <PORT>', 'port on which the webhook serves HTTPS').default('8443'),
    new Option('--host <ADDRESS>', 'address on which the webhook listens (default: all addresses)'),
    ruleOption(),
    protectedNamespaceOption(),
    reservationOption(),
    sharedHubNamespaceOption(),
    topologyKindOption(),
    // This is below the deadline of 4 s for a whole request, so that an endless topology causes a warning and no failed request.
    ...topologyOptions('2500'),
    ...roleOptions(),
  ];
}

/** The options of `mooring serve controller`. */
export function controllerOptions(): Option[] {
  return [
    repeatable(
      '--webhook-host <NAME>',
      'DNS name or IP address of the webhook in the serving certificate',
      "the names of the webhook's Service",
    ),
    new Option(
      '--revision-history-limit <NUMBER>',
      'newest revisions to retain for each object that change its spec, and as many that change only metadata; 0 is no limit except the size',
    ).default('20'),
    new Option(
      '--revision-retirement <SECONDS>',
      'seconds for which a revision is marked as retiring before it is deleted',
    ).default('60'),
    new Option(
      '--work-eviction <SECONDS>',
      'seconds after which work agents delete workloads that are missing on the hub, as they are configured',
    ).default('3600'),
    ruleOption(),
    protectedNamespaceOption(),
    reservationOption(),
    sharedHubNamespaceOption(),
    topologyKindOption(),
    ...topologyOptions('5000'),
    identityOption(),
    ...roleOptions(),
  ];
}

/** The options of `mooring serve aggregator`. */
export function aggregatorOptions(): Option[] {
  return [
    new Option('--metrics-objects <BOOLEAN>', 'whether the metrics name Environments')
      .choices(['true', 'false'])
      .default('true'),
    identityOption(),
    ...roleOptions(),
  ];
}

function roleOptions(): Option[] {
  return [
    ...clusterOptions(),
    new Option('--namespace <NAME>', 'namespace in which mooring runs').default(installNamespace),
    systemNamespaceOption(),
    new Option('--health-port <PORT>', 'port of /healthz, /readyz and /metrics (HTTP)').default('8080'),
    new Option(
      '--health-host <ADDRESS>',
      'address on which /healthz, /readyz and /metrics are served (default: all addresses)',
    ),
    new Option('--log-level <LEVEL>', 'lowest level of log lines')
      .choices(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info'),
  ];
}

function reservationOption(): Option {
  return new Option(
    '--reservation <SECONDS>',
    'seconds for which a deployment without ManifestWorks reserves its names against other hub namespaces',
  ).default('300');
}

function identityOption(): Option {
  return new Option(
    '--identity <NAME>',
    'holder of the Lease in leader election, unique per process (default: host name and a random part)',
  );
}

function topologyOptions(deadlineMs: string): Option[] {
  return [
    cueModuleOption(),
    new Option('--topology-deadline <MS>', 'deadline of one topology evaluation in milliseconds').default(deadlineMs),
    new Option('--topology-memory <MIB>', 'memory limit of one evaluation in MiB').default('256'),
    new Option('--topology-workers <NUMBER>', 'most threads that evaluate topologies; one until requests wait').default(
      '2',
    ),
  ];
}
