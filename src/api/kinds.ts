import type { TSchema } from 'typebox';
import { definitionRevisionSpec, definitionRevisionStatus } from './definition-revision.ts';
import { environmentSpec, environmentStatus } from './environment.ts';
import type { Resource } from './object.ts';
import { policyDefinitionSpec, policyDefinitionStatus } from './policy-definition.ts';
import { workloadDeploymentSpec, workloadDeploymentStatus } from './workload-deployment.ts';
import { workloadProfileSpec, workloadProfileStatus } from './workload-profile.ts';
import { workloadSpec, workloadStatus } from './workload.ts';

export const group = 'spectrocloud.com';
export const version = 'v1beta1';

/** A column of `kubectl get`. A `wide` column appears with `-o wide` only. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'date';
  jsonPath: string;
  wide?: boolean;
}

/** A CEL validation rule, which the API server enforces. */
export interface CelRule {
  rule: string;
  message: string;
}

/** The definition of one kind of mooring. */
export interface Kind {
  resource: Resource;
  shortNames: string[];
  description: string;
  spec: TSchema;
  status: TSchema;
  columns: Column[];
  rules: CelRule[];
  /** Rules on the spec as a whole. */
  specRules?: CelRule[];
  /** The clusters on which its CRD is installed. */
  installedOn: 'hub' | 'spoke';
  /** Whether every edit of it is recorded as a DefinitionRevision. */
  revisioned: boolean;
}

function resource(kind: string, plural: string): Resource {
  return { group, version, kind, plural, namespaced: true };
}

export const environments = resource('Environment', 'environments');
export const workloadProfiles = resource('WorkloadProfile', 'workloadprofiles');
export const workloadDeployments = resource('WorkloadDeployment', 'workloaddeployments');
export const policyDefinitions = resource('PolicyDefinition', 'policydefinitions');
export const definitionRevisions = resource('DefinitionRevision', 'definitionrevisions');
export const workloads = resource('Workload', 'workloads');

/** The name becomes a label value, which has at most 63 characters. */
const nameFitsLabel: CelRule = {
  rule: 'size(self.metadata.name) <= 63',
  message: 'metadata.name must have at most 63 characters, because it becomes a label value',
};

const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const revision: Column = { name: 'Revision', type: 'integer', jsonPath: '.status.revision' };
const publishedVersion: Column = { name: 'Version', type: 'string', jsonPath: '.spec.version' };
const condition = (name: string, type: string): Column => ({
  name,
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=="${type}")].status`,
});
/** Why an object that is being deleted is still there. */
const deleting: Column = {
  name: 'Deleting',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Deleting")].reason',
};
const wide = (column: Column): Column => ({ ...column, wide: true });

/** The kinds of mooring. CRDs, webhook configurations, informers and RBAC rules are derived from this table. */
export const kinds: readonly Kind[] = [
  {
    resource: environments,
    shortNames: ['env', 'envs'],
    description:
      'An Environment defines the clusters that workloads are applied to, and the overrides for these clusters.',
    spec: environmentSpec,
    status: environmentStatus,
    columns: [
      { name: 'Environment Ready', type: 'string', jsonPath: '.status.status' },
      wide({ name: 'Topology', type: 'string', jsonPath: '.spec.topology.type' }),
      wide(revision),
      wide(publishedVersion),
      wide({ name: 'Selected', type: 'integer', jsonPath: '.status.totalSelectedClusters' }),
      wide({ name: 'Required', type: 'integer', jsonPath: '.status.requiredClusters' }),
      wide(deleting),
      wide(age),
    ],
    rules: [nameFitsLabel],
    installedOn: 'hub',
    revisioned: true,
  },
  {
    resource: workloadProfiles,
    shortNames: ['wp'],
    description: 'A WorkloadProfile defines the components that run on the spokes.',
    spec: workloadProfileSpec,
    status: workloadProfileStatus,
    columns: [revision, publishedVersion, wide(deleting), age],
    rules: [nameFitsLabel],
    installedOn: 'hub',
    revisioned: true,
  },
  {
    resource: policyDefinitions,
    shortNames: ['poldef'],
    description: 'A PolicyDefinition is a custom topology, written in CUE. It is looked up in the system namespace.',
    spec: policyDefinitionSpec,
    status: policyDefinitionStatus,
    columns: [
      {
        name: 'Type',
        type: 'string',
        jsonPath: '.metadata.labels.policydefinition\\.spectrocloud\\.com/type',
      },
      revision,
      publishedVersion,
      wide(deleting),
      age,
    ],
    rules: [nameFitsLabel],
    installedOn: 'hub',
    revisioned: true,
  },
  {
    resource: workloadDeployments,
    shortNames: ['wd'],
    description: 'A WorkloadDeployment runs a WorkloadProfile in an Environment.',
    spec: workloadDeploymentSpec,
    status: workloadDeploymentStatus,
    columns: [
      { name: 'Environment', type: 'string', jsonPath: '.spec.environmentRef.name' },
      { name: 'Profile', type: 'string', jsonPath: '.spec.workloadProfileRef.name' },
      condition('Applied', 'Applied'),
      wide({ name: 'Clusters', type: 'string', jsonPath: '.status.selectedClusters' }),
      wide({ name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Applied")].reason' }),
      age,
    ],
    rules: [nameFitsLabel],
    installedOn: 'hub',
    revisioned: false,
  },
  {
    resource: definitionRevisions,
    shortNames: ['defrev'],
    description: 'A DefinitionRevision is one recorded state of an Environment, WorkloadProfile or PolicyDefinition.',
    spec: definitionRevisionSpec,
    status: definitionRevisionStatus,
    columns: [
      { name: 'Kind', type: 'string', jsonPath: '.spec.kind' },
      { name: 'Object', type: 'string', jsonPath: '.spec.name' },
      { name: 'Revision', type: 'integer', jsonPath: '.spec.revision' },
      { name: 'Version', type: 'string', jsonPath: '.spec.version' },
      { name: 'Users', type: 'integer', jsonPath: '.status.users' },
      age,
    ],
    rules: [],
    specRules: [{ rule: 'self == oldSelf', message: 'a revision is immutable' }],
    installedOn: 'hub',
    revisioned: false,
  },
  {
    resource: workloads,
    shortNames: ['wl'],
    description: 'A Workload is applied on a spoke: it has the components of a WorkloadProfile after overrides.',
    spec: workloadSpec,
    status: workloadStatus,
    columns: [{ name: 'Components', type: 'string', jsonPath: '.spec.components[*].name' }, age],
    rules: [],
    installedOn: 'spoke',
    revisioned: false,
  },
];

/** The kinds whose CRD is installed on the hub. */
export const kindsOnHub = kinds.filter(({ installedOn }) => installedOn === 'hub');

/** The kinds on the hub that users write. The controller alone writes DefinitionRevisions. */
export const kindsOfUsers = kindsOnHub.filter(({ resource: { kind } }) => kind !== definitionRevisions.kind);

/** The entry of a kind in the table; `undefined` if it is not a kind of mooring. */
export function kindNamed(name: string): Kind | undefined {
  return kinds.find((kind) => kind.resource.kind === name);
}
