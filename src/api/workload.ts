import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { conditionsSchema, freeForm, list, object, openObject, string } from './schema.ts';

const trait = openObject(
  {
    type: string('The type of the trait, such as `resources`.', { minLength: 1 }),
    properties: Type.Optional(freeForm('The settings of the trait.')),
  },
  'A trait adds behaviour to a component. Other fields are passed on unchanged.',
);

const component = openObject(
  {
    name: string('The name of the component, unique within the Workload.', { minLength: 1, maxLength: 253 }),
    type: string('The type of the component, such as `webservice`.', { minLength: 1 }),
    properties: Type.Optional(freeForm('The settings of the component.')),
    traits: Type.Optional(list(trait, 'Traits of the component.')),
  },
  'A component of a workload. Other fields, such as `deploymentPriority`, are passed on unchanged.',
);

/** A component of a WorkloadProfile, or of a Workload on a spoke. */
export type Component = Static<typeof component>;

export const componentsSchema = list(component, 'The components of the workload.', { minItems: 1, maxItems: 128 });

export const workloadSpec = object({ components: componentsSchema }, 'The workload with all overrides applied.');

export const workloadStatus = object(
  { conditions: Type.Optional(conditionsSchema) },
  'The observed state. It is written by the controller that runs workloads on the spoke.',
);

/** The object that is applied on a spoke. */
export interface Workload extends KubeObject {
  spec: Static<typeof workloadSpec>;
}
