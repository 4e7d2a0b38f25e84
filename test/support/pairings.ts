import fc from 'fast-check';
import type { JsonObject } from '../../src/api/object.ts';
import type { MaybeNamed, Pairing } from '../../src/domain/admission/facts.ts';
import { overrideProblems } from '../../src/domain/admission/override-findings.ts';
import type { OverrideInput } from '../../src/domain/overrides/override-input.ts';
import type { Violation } from '../../src/domain/violation.ts';
import { anyJson } from './any-json.ts';

export const pairedEnvironment: MaybeNamed = { namespace: 'platform', name: 'primary', visible: true };
export const pairedProfile: MaybeNamed = { namespace: 'team', name: 'web', visible: true };

/** The problems of overrides with these properties in a profile whose only component is `ui` of type `webservice` with two traits of one type. */
export function pairProblems(...properties: JsonObject[]): Violation[] {
  return overrideProblems({
    components: [{ name: 'ui', type: 'webservice', traits: [{ type: 'storage' }, { type: 'storage' }] }],
    policies: properties.map((each, index) => ({ name: `p${index}`, type: 'override', properties: each })),
  });
}

/** The properties of an override of one component. */
export function patchOf(name: string, type?: string): JsonObject {
  return { components: [{ name, ...(type === undefined ? {} : { type }), properties: { replicas: 1 } }] };
}

/** Properties of an override that has exactly one problem with `ui` of type `webservice`, by the code of the problem. */
export const problematic: Record<
  | 'OverrideMatchesNothing'
  | 'OverrideMatchesSeveral'
  | 'OverrideTypeDiffers'
  | 'SelectorLeavesNothing'
  | 'TooManyOverrides',
  JsonObject
> = {
  OverrideMatchesNothing: patchOf('api'),
  OverrideMatchesSeveral: { components: [{ name: 'ui', traits: [{ type: 'storage', properties: { size: '20Gi' } }] }] },
  OverrideTypeDiffers: patchOf('ui', 'worker'),
  SelectorLeavesNothing: { selector: ['api'] },
  TooManyOverrides: {
    components: [{ name: 'ui', traits: Array.from({ length: 65 }, (_, index) => ({ type: `t${index}` })) }],
  },
};

/** An Environment and a profile that a request combines; the requester sees both unless `more` says otherwise. */
export function pairing(now: readonly Violation[], more: Partial<Pairing> = {}): Pairing {
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

const anyProblems = anyOverrideInput.map(overrideProblems);

/** Any pair, with or without what it was before. */
export const anyPairing: fc.Arbitrary<Pairing> = fc.record(
  { environment: anyMaybeNamed, profile: anyMaybeNamed, now: anyProblems, before: anyProblems },
  { requiredKeys: ['environment', 'profile', 'now'] },
);
