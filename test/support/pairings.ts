import fc from 'fast-check';
import type { JsonObject } from '../../src/api/object.ts';
import type { MaybeNamed, OverrideInput, Pairing } from '../../src/domain/admission/facts.ts';
import { anyJson } from './any-json.ts';

export const pairedEnvironment: MaybeNamed = { namespace: 'platform', name: 'primary', visible: true };
export const pairedProfile: MaybeNamed = { namespace: 'team', name: 'web', visible: true };

/** Overrides with these properties, and a profile whose only component is `ui` of type `webservice`. */
export function overrideInput(...properties: JsonObject[]): OverrideInput {
  return {
    components: [{ name: 'ui', type: 'webservice' }],
    policies: properties.map((each, index) => ({ name: `p${index}`, type: 'override', properties: each })),
  };
}

/** The properties of an override of one component. */
export function patchOf(name: string, type?: string): JsonObject {
  return { components: [{ name, ...(type === undefined ? {} : { type }), properties: { replicas: 1 } }] };
}

/** Properties of an override that has exactly one problem with `ui` of type `webservice`, by the code of the problem. */
export const problematic: Record<
  'OverrideMatchesNothing' | 'OverrideTypeDiffers' | 'SelectorLeavesNothing',
  JsonObject
> = {
  OverrideMatchesNothing: patchOf('api'),
  OverrideTypeDiffers: patchOf('ui', 'worker'),
  SelectorLeavesNothing: { selector: ['api'] },
};

/** An Environment and a profile that a request combines; the requester sees both unless `more` says otherwise. */
export function pairing(now: OverrideInput, more: Partial<Pairing> = {}): Pairing {
  return { environment: pairedEnvironment, profile: pairedProfile, now, ...more };
}

const anyMaybeNamed = fc.record({ namespace: fc.string(), name: fc.string(), visible: fc.boolean() });
const anyOverrideInput: fc.Arbitrary<OverrideInput> = fc.record({
  components: fc.array(
    fc.record({ name: fc.constantFrom('ui', 'api'), type: fc.constantFrom('webservice', 'worker') }),
    { maxLength: 2 },
  ),
  policies: fc.array(
    fc.record({
      name: fc.string(),
      type: fc.constant('override'),
      properties: fc.oneof(fc.constantFrom(...Object.values(problematic)), fc.dictionary(fc.string(), anyJson)),
    }),
    { maxLength: 2 },
  ),
});

/** Any pair, with or without what it was before. */
export const anyPairing: fc.Arbitrary<Pairing> = fc.record(
  { environment: anyMaybeNamed, profile: anyMaybeNamed, now: anyOverrideInput, before: anyOverrideInput },
  { requiredKeys: ['environment', 'profile', 'now'] },
);
