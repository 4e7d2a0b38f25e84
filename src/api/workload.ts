import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { conditionsSchema, freeForm, list, object, string } from './schema.ts';

const trait = object(
  {
    type: string('What the trait is, such as `resources`.', { minLength: 1 }),
    properties: Type.Optional(freeForm('The settings of the trait.')),
  },
  'Something that is added to a component.',
);

const component = object(
  {
    name: string('The name of the component, unique within the Workload.', { minLength: 1, maxLength: 253 }),
    type: string('What the component is, such as `webservice`.', { minLength: 1 }),
    properties: Type.Optional(freeForm('The settings of the component.')),
    traits: Type.Optional(list(trait, 'What is added to the component.')),
  },
  'One part of a Workload.',
);

/** A part of a workload, in a WorkloadProfile as well as in the Workload on a spoke. */
export type Component = Static<typeof component>;

export const componentsSchema = list(component, 'The parts of the workload.', { minItems: 1, maxItems: 128 });

export const workloadSpec = object({ components: componentsSchema }, 'The workload after all overrides.');

export const workloadStatus = object(
  { conditions: Type.Optional(conditionsSchema) },
  'The state, written by whatever runs workloads on the spoke.',
);

/** What arrives on a spoke. */
export interface Workload extends KubeObject {
  spec: Static<typeof workloadSpec>;
}
