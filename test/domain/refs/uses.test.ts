import assert from 'node:assert/strict';
import type { RevisionedKindName } from '../../../src/api/definition-revision.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { isPinOf, targetsOf, usesByDeployment, usesByTopology, type Use } from '../../../src/domain/refs/uses.ts';
import { deployment } from '../../support/manifests.ts';

const user = deployment('team', { environmentRef: 'primary@v2' });
const withStamps = (annotations: Record<string, string>) => ({ ...user, metadata: { ...user.metadata, annotations } });
const fromProfileOf = (namespace: string) => withStamps({ [workloadProfileRevisionAnnotation]: `${namespace}/web@v4` });

const cases: {
  of: typeof user;
  kind: RevisionedKindName;
  target: string;
  uses: boolean;
  why: string;
}[] = [
  { of: user, kind: 'Environment', target: 'team/primary', uses: true, why: 'a ref without a namespace means its own' },
  { of: user, kind: 'Environment', target: 'other/primary', uses: false, why: 'a namesake elsewhere' },
  { of: user, kind: 'Environment', target: 'team/web', uses: false, why: 'that is the name of its profile' },
  { of: user, kind: 'WorkloadProfile', target: 'team/web', uses: true, why: 'a profile is looked for at home first' },
  { of: user, kind: 'PolicyDefinition', target: 'team/primary', uses: false, why: 'a deployment names no topology' },
  {
    of: fromProfileOf('mural-system'),
    kind: 'WorkloadProfile',
    target: 'mural-system/web',
    uses: true,
    why: 'the stamp says where the profile was found',
  },
  {
    of: fromProfileOf('mural-system'),
    kind: 'WorkloadProfile',
    target: 'team/web',
    uses: false,
    why: 'a profile that came later moves nobody',
  },
  {
    of: user,
    kind: 'WorkloadProfile',
    target: 'mural-system/web',
    uses: true,
    why: 'without a stamp it may be resolved to the shared one already',
  },
  {
    of: { ...user, metadata: { ...user.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
    kind: 'Environment',
    target: 'team/primary',
    uses: false,
    why: 'what is being deleted does not count',
  },
  {
    of: { ...user, spec: JSON.parse('{"environmentRef": "primary"}') },
    kind: 'Environment',
    target: 'team/primary',
    uses: false,
    why: 'of another shape',
  },
  {
    of: deployment('team', { environmentRef: 'primary@2' }),
    kind: 'Environment',
    target: 'team/primary',
    uses: false,
    why: 'no ref by the grammar',
  },
];

describe('the uses by a deployment', () => {
  for (const { of, kind, target, uses, why } of cases) {
    it(`${uses ? 'hold' : 'do not hold'} ${kind} ${target}: ${why}`, () => {
      const [namespace = '', name = ''] = target.split('/');
      const found = usesByDeployment(of, kind, { namespace, name }, 'mural-system');
      assert.equal(found.length, uses ? 1 : 0);
    });
  }

  it('tell the selector and the stamp', () => {
    const stamped = withStamps({ [environmentRevisionAnnotation]: 'team/primary@v2' });
    const [use] = usesByDeployment(stamped, 'Environment', { namespace: 'team', name: 'primary' }, 'mural-system');
    assert.deepEqual(use?.selector, { kind: 'number', number: 2 });
    assert.equal(use?.stamped?.revision, 2);
  });
});

describe('the use of a topology', () => {
  it('is by its name, with whatever revision', () => {
    assert.deepEqual(usesByTopology('ours@v3', 'ours'), [{ selector: { kind: 'number', number: 3 } }]);
    assert.equal(usesByTopology('ours', 'ours').length, 1);
  });

  it('is none of a built-in, of another name, or of no text', () => {
    for (const type of ['topology-ocm', 'theirs', undefined, 7, 'ours@3']) {
      assert.deepEqual(usesByTopology(type, 'ours'), []);
    }
  });
});

describe('pins of a revision', () => {
  it('are the uses by its plain number', () => {
    const uses: Use[] = [
      { selector: { kind: 'number', number: 3 } },
      { selector: { kind: 'newest' } },
      { selector: { kind: 'version', version: '3.0.0' } },
      { selector: { kind: 'line', major: 3, minor: 0 } },
      { selector: { kind: 'number', number: 4 } },
    ];
    assert.deepEqual(uses.filter(isPinOf(3)), [uses[0]]);
  });
});

describe('the targets of a deployment', () => {
  it('are where each ref may be found, the system namespace included', () => {
    assert.deepEqual(targetsOf(user, 'mural-system'), [
      'Environment/team/primary',
      'Environment/mural-system/primary',
      'WorkloadProfile/team/web',
      'WorkloadProfile/mural-system/web',
    ]);
  });

  it('follow the namespace of a ref, and are none where there is no ref', () => {
    const elsewhere = {
      ...user,
      spec: { ...user.spec, environmentRef: { name: 'primary', namespace: 'mural-system' } },
    };
    assert.deepEqual(targetsOf(elsewhere, 'mural-system').slice(0, 1), ['Environment/mural-system/primary']);
    assert.deepEqual(targetsOf({ ...user, spec: JSON.parse('{}') }, 'mural-system'), []);
  });
});
