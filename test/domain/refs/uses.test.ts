import assert from 'node:assert/strict';
import type { RevisionedKindName } from '../../../src/api/definition-revision.ts';
import {
  environmentRevisionAnnotation,
  topologyRevisionAnnotation,
  workloadProfileRevisionAnnotation,
} from '../../../src/domain/annotations.ts';
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
  { of: user, kind: 'Environment', target: 'other/primary', uses: false, why: 'it is in another namespace' },
  { of: user, kind: 'Environment', target: 'team/web', uses: false, why: 'that is the name of its profile' },
  { of: user, kind: 'WorkloadProfile', target: 'team/web', uses: true, why: 'its own namespace is searched first' },
  {
    of: user,
    kind: 'PolicyDefinition',
    target: 'team/primary',
    uses: false,
    why: 'a deployment does not refer to topologies',
  },
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
    why: 'a profile that was created later does not change the ref',
  },
  {
    of: user,
    kind: 'WorkloadProfile',
    target: 'mural-system/web',
    uses: true,
    why: 'without a stamp it may be resolved to the shared profile',
  },
  {
    of: { ...user, metadata: { ...user.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
    kind: 'Environment',
    target: 'team/primary',
    uses: false,
    why: 'the deployment is being deleted',
  },
  {
    of: { ...user, spec: JSON.parse('{"environmentRef": "primary"}') },
    kind: 'Environment',
    target: 'team/primary',
    uses: false,
    why: 'the field does not have the shape of a ref',
  },
  {
    of: deployment('team', { environmentRef: 'primary@2' }),
    kind: 'Environment',
    target: 'team/primary',
    uses: false,
    why: 'the ref cannot be parsed',
  },
];

describe('the uses by a deployment', () => {
  for (const { of, kind, target, uses, why } of cases) {
    it(`${uses ? 'include' : 'do not include'} ${kind} ${target}: ${why}`, () => {
      const [namespace = '', name = ''] = target.split('/');
      const found = usesByDeployment(of, kind, { namespace, name }, 'mural-system');
      assert.equal(found.length, uses ? 1 : 0);
    });
  }

  it('contain the selector and the stamp', () => {
    const stamped = withStamps({ [environmentRevisionAnnotation]: 'team/primary@v2' });
    const [use] = usesByDeployment(stamped, 'Environment', { namespace: 'team', name: 'primary' }, 'mural-system');
    assert.deepEqual(use?.selector, { kind: 'number', number: 2 });
    assert.equal(use?.stamped?.revision, 2);
  });
});

describe('the use of a topology', () => {
  const typed = (type: string | number | undefined, stamp?: string) => ({
    metadata: {
      name: 'primary',
      ...(stamp === undefined ? {} : { annotations: { [topologyRevisionAnnotation]: stamp } }),
    },
    spec: { topology: type === undefined ? {} : { type } },
  });

  it('is a ref with its name and any revision', () => {
    const [use] = usesByTopology(typed('ours@v3'), 'ours', 'system');
    assert.deepEqual([use?.ref.selector, use?.stamped], [{ kind: 'number', number: 3 }, undefined]);
    assert.equal(usesByTopology(typed('ours'), 'ours', 'system').length, 1);
  });

  it('has the stamp that was made for it', () => {
    const [stamped] = usesByTopology(typed('ours@v3', 'system/ours@v3#h1:a'), 'ours', 'system');
    assert.equal(stamped?.stamped?.revision, 3);
    const [other] = usesByTopology(typed('ours@v3', 'system/ours@v4#h1:a'), 'ours', 'system');
    assert.equal(other?.stamped, undefined);
  });

  it('is not a built-in, another name, or a value that is not a string', () => {
    for (const type of ['topology-ocm', 'theirs', undefined, 7, 'ours@3']) {
      assert.deepEqual(usesByTopology(typed(type), 'ours', 'system'), []);
    }
  });
});

describe('pins of a revision', () => {
  it('are the uses with its plain number', () => {
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
  it('are the objects that each ref may mean: a profile may be in the system namespace, too', () => {
    assert.deepEqual(targetsOf(user, 'mural-system'), [
      'Environment/team/primary',
      'WorkloadProfile/team/web',
      'WorkloadProfile/mural-system/web',
    ]);
  });

  it('are in the namespace of the ref, and none without a ref', () => {
    const elsewhere = {
      ...user,
      spec: { ...user.spec, environmentRef: { name: 'primary', namespace: 'mural-system' } },
    };
    assert.deepEqual(targetsOf(elsewhere, 'mural-system').slice(0, 1), ['Environment/mural-system/primary']);
    assert.deepEqual(targetsOf({ ...user, spec: JSON.parse('{}') }, 'mural-system'), []);
  });
});
