import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { kindNamed } from '../../../../src/api/kinds.ts';
import { rules } from '../../../../src/domain/admission/rules/all.ts';
import { factsOf, stampedAs } from '../../../support/facts.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';

/** Code, kinds, operations, phases, how grave, and what is particular: written down once more, as all of it is a promise. */
const promises: readonly string[][] = [
  [
    'InvalidSpec',
    'Environment WorkloadProfile PolicyDefinition WorkloadDeployment',
    'CREATE UPDATE',
    'mutate validate',
    'deny Invalid',
    'fixed',
  ],
  [
    'NotAllowed',
    'Environment WorkloadProfile PolicyDefinition WorkloadDeployment',
    'CREATE UPDATE',
    'mutate validate',
    'deny Forbidden',
    'fixed',
  ],
  ['LifecycleNotSupported', 'Environment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', ''],
  ['OrphaningRuleNeverMatches', 'Environment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', 'others'],
  ['OrphanWithoutCreate', 'Environment', 'CREATE UPDATE', 'validate', 'warn Forbidden', ''],
  ['WorkloadOrphanKeepsNamespace', 'Environment', 'CREATE UPDATE', 'validate', 'warn Forbidden', ''],
  ['UnknownTopology', 'Environment', 'CREATE UPDATE', 'mutate validate', 'warn Invalid', 'others'],
  ['VersionReused', 'Environment WorkloadProfile PolicyDefinition', 'UPDATE', 'validate', 'deny Invalid', 'others'],
  [
    'VersionShadowsRevision',
    'Environment WorkloadProfile PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'others',
  ],
  ['UnpinnedRef', 'WorkloadDeployment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', 'others'],
  ['ReferenceNotFound', 'WorkloadDeployment', 'CREATE UPDATE', 'validate', 'warn Invalid', 'others'],
  ['RevisionNotFound', 'WorkloadDeployment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', 'others'],
  ['EnvironmentNotReady', 'WorkloadDeployment', 'CREATE UPDATE', 'validate', 'warn Forbidden', 'others'],
  ['ProtectedNamespace', 'WorkloadDeployment', 'CREATE UPDATE', 'validate', 'deny Forbidden', ''],
  [
    'NamespaceWouldBeDeleted',
    'Environment WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'others, second line',
  ],
  [
    'NamespaceLifecycleConflict',
    'Environment WorkloadDeployment',
    'CREATE UPDATE DELETE',
    'validate',
    'deny Forbidden',
    'others, second line',
  ],
  ['WorkloadConflict', 'WorkloadDeployment', 'CREATE UPDATE', 'validate', 'deny Forbidden', 'others, second line'],
  [
    'WorkloadsWouldMove',
    'Environment WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'warn Forbidden',
    'others, second line',
  ],
  ['WhatDeletionRemoves', 'WorkloadDeployment', 'DELETE', 'validate', 'warn Forbidden', 'others'],
  ['InUse', 'Environment WorkloadProfile PolicyDefinition', 'DELETE', 'validate', 'deny Forbidden', 'others'],
  [
    'OverrideTypeDiffers',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'others',
  ],
  [
    'SelectorLeavesNothing',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'others',
  ],
  [
    'OverrideMatchesNothing',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'warn Forbidden',
    'others',
  ],
  [
    'NotYetRecorded',
    'Environment WorkloadProfile PolicyDefinition',
    'UPDATE',
    'mutate validate',
    'deny TooManyRequests',
    'fixed',
  ],
  [
    'StampDoesNotFit',
    'Environment WorkloadProfile PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Invalid',
    'fixed',
  ],
  ['ReferenceStampDoesNotFit', 'WorkloadDeployment', 'CREATE UPDATE', 'validate', 'deny Invalid', 'fixed'],
  ['RevisionIsImmutable', 'DefinitionRevision', 'CREATE UPDATE DELETE', 'validate', 'deny Forbidden', 'fixed'],
];

describe('the rules', () => {
  it('have codes of their own, which never change: they are metric labels and anchors', () => {
    const codes = rules.map((rule) => rule.code);
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^[A-Z][A-Za-z]+$/);
  });

  it('say in one line what they are about', () => {
    for (const { code, summary } of rules) assert.match(summary, /^[A-Z`].{20,200}\.$/, code);
  });

  it('are about our kinds only', () => {
    for (const rule of rules) for (const kind of rule.kinds) assert.ok(kindNamed(kind), `${rule.code}: ${kind}`);
  });

  it('cannot be switched where nothing would hold without them', () => {
    const fixed = rules.filter((rule) => rule.fixed === true).map((rule) => rule.code);
    for (const code of ['InvalidSpec', 'NotYetRecorded', 'RevisionIsImmutable', 'NotAllowed'])
      assert.ok(fixed.includes(code), code);
  });

  it('say in the second phase what takes other objects to know, except for what the first must not wave through', () => {
    const early = rules.filter(({ needsLiveRead, phases }) => needsLiveRead && phases.includes('mutate'));
    assert.deepEqual(early.map(({ code }) => code).toSorted(), [
      'OrphaningRuleNeverMatches',
      'RevisionNotFound',
      'UnknownTopology',
      'UnpinnedRef',
    ]);
  });

  it('have the severity that the contract gives them', () => {
    const warning = rules.filter(({ severity }) => severity === 'warn').map(({ code }) => code);
    assert.deepEqual(warning.toSorted(), [
      'EnvironmentNotReady',
      'OrphanWithoutCreate',
      'OverrideMatchesNothing',
      'ReferenceNotFound',
      'UnknownTopology',
      'WhatDeletionRemoves',
      'WorkloadOrphanKeepsNamespace',
      'WorkloadsWouldMove',
    ]);
  });

  it('find nothing in an object that is sound and of which nothing more is known', () => {
    const objects = [stampedAs(environment('team'), 1), stampedAs(profile('team'), 1), deployment('team')];
    for (const object of objects) {
      for (const facts of [factsOf({ object }), factsOf({ oldObject: object })]) {
        const about = rules.filter(
          ({ kinds, operations }) => kinds.includes(object.kind) && operations.includes(facts.request.operation),
        );
        assert.ok(about.length > 0);
        for (const rule of about) assert.deepEqual(rule.find(facts), [], `${rule.code} of ${object.kind}`);
      }
    }
  });

  it('look at what they say they look at, in this order', () => {
    const present = rules.map((rule) => {
      const {
        code,
        kinds,
        operations,
        phases,
        severity,
        reason,
        needsLiveRead,
        secondLine = false,
        fixed = false,
      } = rule;
      const particular = Object.entries({ others: needsLiveRead, 'second line': secondLine, fixed });
      return [
        code,
        kinds.join(' '),
        operations.join(' '),
        phases.join(' '),
        `${severity} ${reason}`,
        particular.flatMap(([name, is]) => (is ? [name] : [])).join(', '),
      ];
    });
    assert.deepEqual(present, promises);
  });

  it('are all in the list', async () => {
    const folder = join(import.meta.dirname, '../../../../src/domain/admission/rules');
    const listed = new Set(rules);
    for await (const file of glob('*.ts', { cwd: folder })) {
      if (file === 'all.ts') continue;
      const exported: Record<string, unknown> = await import(join(folder, file));
      const found = Object.values(exported).filter(
        (value) => typeof value === 'object' && value !== null && 'find' in value,
      );
      for (const rule of found)
        assert.ok(
          [...listed].some((known) => known === rule),
          file,
        );
    }
  });
});
