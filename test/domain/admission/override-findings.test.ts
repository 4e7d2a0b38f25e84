import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import type { Pairing } from '../../../src/domain/admission/facts.ts';
import { overrideFindings } from '../../../src/domain/admission/override-findings.ts';
import {
  pairProblems,
  pairedEnvironment as environment,
  pairedProfile as profile,
  pairing as pair,
  patchOf as patch,
} from '../../support/pairings.ts';

const missed = pairProblems(patch('api'));
const problemsOf = (kind: string, ...pairings: Pairing[]) =>
  overrideFindings(kind, pairings).map(({ code, severity, path }) => ({ code, severity, path }));

const codes: { code: string; severity: string; properties: JsonObject; path: string; why: string }[] = [
  {
    code: 'OverrideMatchesNothing',
    severity: 'warn',
    properties: patch('api'),
    path: 'spec.policies[0].properties.components[0].name',
    why: 'no component has this name',
  },
  {
    code: 'OverrideTypeDiffers',
    severity: 'deny',
    properties: patch('ui', 'worker'),
    path: 'spec.policies[0].properties.components[0].type',
    why: 'the component has another type',
  },
  {
    code: 'SelectorLeavesNothing',
    severity: 'deny',
    properties: { selector: ['api'] },
    path: 'spec.policies[0].properties.selector',
    why: 'no component has this name',
  },
];

describe('the problems of overrides with a profile', () => {
  for (const { code, severity, properties, path, why } of codes) {
    it(`include ${code} at the policy if the Environment is edited: ${why}`, () => {
      const [first] = problemsOf('Environment', pair(pairProblems(properties)));
      assert.deepEqual(first, { code, severity, path });
    });
  }

  it('are none if the overrides match', () => {
    assert.deepEqual(problemsOf('Environment', pair(pairProblems(patch('ui'), { selector: ['ui'] }))), []);
  });

  it('do not include malformed policies, which InvalidSpec reports', () => {
    assert.deepEqual(problemsOf('Environment', pair(pairProblems({ components: 'x' }))), []);
  });

  it('have the path of the field that leads to the other object if the profile or the deployment is edited', () => {
    const paths = (kind: string) => problemsOf(kind, pair(missed)).map(({ path }) => path);
    assert.deepEqual(paths('WorkloadProfile'), ['spec.workload.components']);
    assert.deepEqual(paths('WorkloadDeployment'), ['spec.environmentRef.name']);
  });

  it('do not include problems that existed before', () => {
    assert.deepEqual(problemsOf('Environment', pair(missed, { before: missed })), []);
    assert.deepEqual(problemsOf('WorkloadProfile', pair(missed, { before: missed })), []);
    assert.equal(problemsOf('Environment', pair(missed, { before: pairProblems(patch('ui')) })).length, 1);
    assert.equal(
      problemsOf('Environment', pair(pairProblems(patch('ui'), patch('api')), { before: missed })).length,
      1,
    );
  });

  it('are listed once, however many deployments combine the pair', () => {
    assert.equal(problemsOf('Environment', pair(missed), pair(missed)).length, 1);
    const other = { ...profile, name: 'till' };
    assert.equal(
      problemsOf('Environment', pair(missed), pair(missed, { profile: other })).length,
      2,
      'for each profile',
    );
  });

  it('name the other object only to a requester who may see it', () => {
    const messageOf = (kind: string, more: Partial<Pairing>) =>
      overrideFindings(kind, [pair(missed, more)])[0]?.message ?? '';
    assert.match(messageOf('Environment', {}), /WorkloadProfile team\/web/);
    assert.match(messageOf('WorkloadProfile', {}), /Environment platform\/primary/);
    const hidden = { profile: { ...profile, visible: false }, environment: { ...environment, visible: false } };
    assert.doesNotMatch(messageOf('Environment', hidden), /team|web/);
    assert.doesNotMatch(messageOf('WorkloadProfile', hidden), /platform|primary/);
    assert.doesNotMatch(messageOf('WorkloadDeployment', hidden), /platform|primary/);
    // Its content is not revealed either: names of components and patches of policies.
    const typed = { now: pairProblems(patch('ui', 'worker')) };
    assert.match(messageOf('Environment', typed), /ui \(webservice\)/);
    assert.doesNotMatch(messageOf('Environment', { ...typed, ...hidden }), /ui|webservice|worker/);
    assert.match(messageOf('WorkloadProfile', typed), /spec\.policies/);
    assert.doesNotMatch(messageOf('WorkloadProfile', { ...typed, ...hidden }), /spec\.policies|worker/);
  });

  it('quote the content of both only to a requester who may see both', () => {
    const messageOf = (more: Partial<Pairing>) =>
      overrideFindings('WorkloadDeployment', [pair(pairProblems(patch('ui', 'worker')), more)])[0]?.message ?? '';
    const hidden = { environment: { ...environment, visible: false }, profile: { ...profile, visible: false } };
    assert.match(messageOf({}), /spec\.policies.*ui \(webservice\)/);
    for (const one of [{ environment: hidden.environment }, { profile: hidden.profile }, hidden]) {
      assert.doesNotMatch(messageOf(one), /spec\.policies|ui|webservice|worker/);
      assert.match(messageOf(one), /one of its overrides does not fit$/);
    }
    assert.match(
      messageOf({ profile: hidden.profile }),
      /Environment platform\/primary/,
      'the Environment may be named',
    );
  });
});
