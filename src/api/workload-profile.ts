import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { revisionStatusFields } from './revisioned.ts';
import { object, versionSchema } from './schema.ts';
import { componentsSchema } from './workload.ts';

export const workloadProfileSpec = object(
  {
    version: Type.Optional(versionSchema),
    workload: object({ components: componentsSchema }, 'The workload to run.'),
  },
  'The components to run on the spokes, before the overrides of an Environment.',
);

export const workloadProfileStatus = object(revisionStatusFields, 'The recorded revisions.');

/** The components that an application team runs. WorkloadDeployments refer to a WorkloadProfile by name and version. */
export interface WorkloadProfile extends KubeObject {
  spec: Static<typeof workloadProfileSpec>;
  status?: Static<typeof workloadProfileStatus>;
}
