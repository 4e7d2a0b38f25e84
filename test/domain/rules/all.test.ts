import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { kindNamed } from '../../../src/api/kinds.ts';
import { rules } from '../../../src/domain/rules/all.ts';
import { factsOf, stampedAs } from '../../support/facts.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';

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
    const early = rules.filter(({ restsOnOthers, phases }) => restsOnOthers && phases.includes('mutate'));
    assert.deepEqual(early.map(({ code }) => code).toSorted(), ['RevisionNotFound', 'UnknownTopology', 'UnpinnedRef']);
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

  it('are all in the list', async () => {
    const folder = join(import.meta.dirname, '../../../src/domain/rules');
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
