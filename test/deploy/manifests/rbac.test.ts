import assert from 'node:assert/strict';
import { peopleRules } from '../../../deploy/manifests/people-roles.ts';
import { clusterRules, hubNamespaceRules, namespaceRules, rbac } from '../../../deploy/manifests/rbac.ts';
import { securityPage } from '../../../deploy/manifests/security-page.ts';

const all = [
  ...Object.values(clusterRules).flat(),
  ...Object.values(namespaceRules).flat(),
  ...hubNamespaceRules,
  ...Object.values(peopleRules).flat(),
];

describe('the RBAC rules', () => {
  it('have a reason each, which the page about security contains', () => {
    const page = securityPage();
    for (const { resources, reason } of all) {
      assert.match(reason, /^[A-Z].*\.$/s, resources.join());
      assert.ok(page.includes(`| ${reason} |`), reason);
    }
  });

  it('have no wildcard', () => {
    for (const { apiGroups, resources, verbs } of all) {
      assert.ok(![...apiGroups, ...resources, ...verbs].includes('*'));
    }
  });

  it('let no role write rendered objects in the whole cluster', () => {
    const writing = Object.values(clusterRules)
      .flat()
      .filter(({ resources }) => resources.includes('placements') || resources.includes('manifestworkreplicasets'))
      .flatMap(({ verbs }) => verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb)));
    assert.deepEqual(writing, []);
  });

  it('let no role create a Lease, because both Leases are part of the manifests', () => {
    const leases = rbac().filter(({ kind }) => kind === 'Lease');
    assert.deepEqual(
      leases.map((lease) => lease['metadata']).map((metadata) => JSON.stringify(metadata).includes('mooring-system')),
      [true, true],
    );
    const verbs = all.filter(({ resources }) => resources.includes('leases')).flatMap((rule) => rule.verbs);
    assert.deepEqual(new Set(verbs), new Set(['get', 'update']));
  });
});
