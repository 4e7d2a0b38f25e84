import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { kindNamed } from '../../../../src/api/kinds.ts';
import { rules } from '../../../../src/domain/admission/rules/all.ts';
import { factsOf, stampedAs } from '../../../support/facts.ts';
import { deployment, environment, profile } from '../../../support/manifests.ts';

/** Code, kinds, operations, phases, severity and reason, and further properties: a second copy, because users depend on all of it. */
const published: readonly string[][] = [
  [
    'InvalidSpec',
    'Environment WorkloadProfile PolicyDefinition WorkloadDeployment',
    'CREATE UPDATE',
    'mutate validate',
    'deny Invalid',
    'not overridable',
  ],
  [
    'NotAllowed',
    'Environment WorkloadProfile PolicyDefinition WorkloadDeployment',
    'CREATE UPDATE',
    'mutate validate',
    'deny Forbidden',
    'not overridable',
  ],
  ['LifecycleNotSupported', 'Environment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', ''],
  ['OrphaningRuleNeverMatches', 'Environment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', 'live read'],
  ['OrphanWithoutCreate', 'Environment', 'CREATE UPDATE', 'validate', 'warn Forbidden', ''],
  ['WorkloadOrphanKeepsNamespace', 'Environment', 'CREATE UPDATE', 'validate', 'warn Forbidden', ''],
  ['RolloutBlockHasNoEffect', 'Environment', 'CREATE UPDATE', 'validate', 'warn Invalid', ''],
  ['TolerationIsLimited', 'Environment', 'CREATE UPDATE', 'validate', 'warn Invalid', ''],
  ['ScoresMoveWorkloads', 'Environment', 'CREATE UPDATE', 'validate', 'warn Forbidden', ''],
  ['HubNamespaceMisspelt', 'Environment', 'CREATE UPDATE', 'validate', 'warn Invalid', ''],
  [
    'FieldMisspelt',
    'Environment WorkloadProfile WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'warn Invalid',
    '',
  ],
  ['UnknownTopology', 'Environment', 'CREATE UPDATE', 'mutate validate', 'warn Invalid', 'live read'],
  ['TopologyDoesNotRender', 'PolicyDefinition', 'CREATE UPDATE', 'validate', 'deny Invalid', 'live read'],
  ['PolicyDefinitionHasNoEffect', 'PolicyDefinition', 'CREATE UPDATE', 'validate', 'warn Forbidden', ''],
  ['VersionReused', 'Environment WorkloadProfile PolicyDefinition', 'UPDATE', 'validate', 'deny Invalid', 'live read'],
  [
    'VersionLinesFull',
    'Environment WorkloadProfile PolicyDefinition',
    'UPDATE',
    'validate',
    'deny Forbidden',
    'not overridable',
  ],
  [
    'VersionShadowsRevision',
    'Environment WorkloadProfile PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read',
  ],
  ['UnpinnedRef', 'WorkloadDeployment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', 'live read'],
  [
    'ReferenceBeingDeleted',
    'WorkloadDeployment Environment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read',
  ],
  ['ReferenceNotFound', 'WorkloadDeployment', 'CREATE UPDATE', 'validate', 'warn Invalid', 'live read'],
  ['RevisionNotFound', 'WorkloadDeployment', 'CREATE UPDATE', 'mutate validate', 'deny Invalid', 'live read'],
  ['RevisionChanged', 'WorkloadDeployment Environment', 'CREATE UPDATE', 'validate', 'warn Invalid', 'live read'],
  ['EnvironmentNotReady', 'WorkloadDeployment', 'CREATE UPDATE', 'validate', 'warn Forbidden', 'live read'],
  [
    'ProtectedNamespace',
    'WorkloadDeployment',
    'CREATE UPDATE',
    'mutate validate',
    'deny Forbidden',
    'enforced on apply, not overridable',
  ],
  [
    'SpokeNamespaceNotAllowed',
    'WorkloadDeployment',
    'CREATE UPDATE',
    'mutate validate',
    'deny Forbidden',
    'enforced on apply, not overridable',
  ],
  [
    'SpokeNamespaceInUse',
    'WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read, enforced on apply, not overridable',
  ],
  [
    'HubNamespaceWouldBeOwned',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE DELETE',
    'validate',
    'deny Forbidden',
    'live read, enforced on apply, not overridable',
  ],
  [
    'LifecycleUnknown',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny TooManyRequests',
    'live read, not overridable',
  ],
  [
    'RenderFails',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'warn Forbidden',
    'live read',
  ],
  [
    'NamespaceWouldBeDeleted',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read, enforced on apply',
  ],
  [
    'NamespaceLifecycleConflict',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE DELETE',
    'validate',
    'deny Forbidden',
    'live read, enforced on apply',
  ],
  [
    'NamespaceMetadataConflict',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read, enforced on apply',
  ],
  [
    'WorkloadConflict',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read, enforced on apply',
  ],
  [
    'WorkloadsWouldMove',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'warn Forbidden',
    'live read, enforced on apply',
  ],
  [
    'ClusterIsBeingLeft',
    'Environment WorkloadDeployment PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'warn Forbidden',
    'live read',
  ],
  ['WhatDeletionRemoves', 'WorkloadDeployment', 'DELETE', 'validate', 'warn Forbidden', 'live read'],
  ['InUse', 'Environment WorkloadProfile PolicyDefinition', 'DELETE', 'validate', 'warn Forbidden', 'live read'],
  [
    'TooManyOverrides',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read',
  ],
  [
    'OverrideTypeDiffers',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read',
  ],
  [
    'SelectorLeavesNothing',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read',
  ],
  [
    'OverrideMatchesNothing',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'warn Forbidden',
    'live read',
  ],
  [
    'OverrideMatchesSeveral',
    'Environment WorkloadProfile WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'warn Forbidden',
    'live read',
  ],
  [
    'NotRecordable',
    'Environment WorkloadProfile PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Invalid',
    'not overridable',
  ],
  [
    'HistoryFull',
    'Environment WorkloadProfile PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Forbidden',
    'live read, not overridable',
  ],
  [
    'NotYetRecorded',
    'Environment WorkloadProfile PolicyDefinition',
    'UPDATE',
    'mutate validate',
    'deny TooManyRequests',
    'not overridable',
  ],
  [
    'RevisionTooHigh',
    'Environment WorkloadProfile PolicyDefinition',
    'CREATE',
    'mutate validate',
    'deny Invalid',
    'not overridable',
  ],
  [
    'StampDoesNotFit',
    'Environment WorkloadProfile PolicyDefinition',
    'CREATE UPDATE',
    'validate',
    'deny Invalid',
    'not overridable',
  ],
  [
    'ReferenceStampDoesNotFit',
    'WorkloadDeployment Environment',
    'CREATE UPDATE',
    'validate',
    'deny Invalid',
    'not overridable',
  ],
  [
    'RightStampDoesNotFit',
    'Environment WorkloadProfile PolicyDefinition WorkloadDeployment',
    'CREATE UPDATE',
    'validate',
    'deny Invalid',
    'not overridable',
  ],
  [
    'RevisionIsImmutable',
    'DefinitionRevision',
    'CREATE UPDATE DELETE',
    'validate',
    'deny Forbidden',
    'not overridable',
  ],
  ['RestoredRevisionDoesNotFit', 'DefinitionRevision', 'CREATE', 'validate', 'deny Invalid', 'not overridable'],
];

describe('the rules', () => {
  it('have unique codes in CamelCase, because these are metric labels and anchors', () => {
    const codes = rules.map((rule) => rule.code);
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^[A-Z][A-Za-z]+$/);
  });

  it('have a summary of one sentence', () => {
    for (const { code, summary } of rules) assert.match(summary, /^[A-Z`].{20,200}\.$/, code);
  });

  it('are about kinds of mooring only', () => {
    for (const rule of rules) for (const kind of rule.kinds) assert.ok(kindNamed(kind), `${rule.code}: ${kind}`);
  });

  it('are not overridable if mooring depends on them', () => {
    const required = rules.filter(({ overridable }) => !overridable).map(({ code }) => code);
    for (const code of ['InvalidSpec', 'NotYetRecorded', 'RevisionIsImmutable', 'NotAllowed'])
      assert.ok(required.includes(code), code);
  });

  it('read other objects in the validate phase only, except for rules that the mutate phase needs', () => {
    const inMutate = rules.filter(({ needsLiveRead, phases }) => needsLiveRead && phases.includes('mutate'));
    assert.deepEqual(inMutate.map(({ code }) => code).toSorted(), [
      'OrphaningRuleNeverMatches',
      'RevisionNotFound',
      'UnknownTopology',
      'UnpinnedRef',
    ]);
  });

  it('have the documented severity', () => {
    const warning = rules.filter(({ severity }) => severity === 'warn').map(({ code }) => code);
    assert.deepEqual(warning.toSorted(), [
      'ClusterIsBeingLeft',
      'EnvironmentNotReady',
      'FieldMisspelt',
      'HubNamespaceMisspelt',
      'InUse',
      'OrphanWithoutCreate',
      'OverrideMatchesNothing',
      'OverrideMatchesSeveral',
      'PolicyDefinitionHasNoEffect',
      'ReferenceNotFound',
      'RenderFails',
      'RevisionChanged',
      'RolloutBlockHasNoEffect',
      'ScoresMoveWorkloads',
      'TolerationIsLimited',
      'UnknownTopology',
      'WhatDeletionRemoves',
      'WorkloadOrphanKeepsNamespace',
      'WorkloadsWouldMove',
    ]);
  });

  it('find nothing in a valid object without further facts', () => {
    const objects = [stampedAs(environment('team'), 1), stampedAs(profile('team'), 1), deployment('team')];
    for (const object of objects) {
      for (const facts of [factsOf({ object }), factsOf({ oldObject: object })]) {
        const concerned = rules.filter(
          ({ kinds, operations }) => kinds.includes(object.kind) && operations.includes(facts.request.operation),
        );
        assert.ok(concerned.length > 0);
        for (const rule of concerned) assert.deepEqual(rule.find(facts), [], `${rule.code} of ${object.kind}`);
      }
    }
  });

  it('have the published properties, in this order', () => {
    const present = rules.map((rule) => {
      const { code, kinds, operations, phases, severity, reason, needsLiveRead, enforcedAt, overridable } = rule;
      const properties = Object.entries({
        'live read': needsLiveRead,
        'enforced on apply': enforcedAt.length === 2,
        'not overridable': !overridable,
      });
      return [
        code,
        kinds.join(' '),
        operations.join(' '),
        phases.join(' '),
        `${severity} ${reason}`,
        properties.flatMap(([name, is]) => (is ? [name] : [])).join(', '),
      ];
    });
    assert.deepEqual(present, published);
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
