import assert from 'node:assert/strict';
import { decide } from '../../../../src/domain/admission/decide.ts';
import { namespaceRight } from '../../../../src/domain/admission/needed-rights.ts';
import { notAllowed } from '../../../../src/domain/admission/rules/not-allowed.ts';
import { factsOf } from '../../../support/facts.ts';
import { deployment, environment } from '../../../support/manifests.ts';

const use = {
  verb: 'use',
  group: 'spectrocloud.com',
  resource: 'environments',
  namespace: 'other',
  name: 'primary',
} as const;

describe('NotAllowed', () => {
  it('reports each missing right, with the field that requires it', () => {
    const missingRights = [{ path: 'spec.environmentRef.name', ...use }];
    const [finding] = notAllowed.find(factsOf({ object: deployment('team') }, { missingRights }));
    assert.equal(finding?.path, 'spec.environmentRef.name');
    assert.match(finding?.message ?? '', /^jane may not use environments other\/primary;/);
  });

  it('reports in the mutate phase too that an acknowledgement needs the verb override', () => {
    const path = 'metadata.annotations[spectrocloud.com/acknowledge]';
    const right = { ...use, path, verb: 'override', namespace: 'team' } as const;
    const facts = factsOf({ object: environment('team'), phase: 'mutate' }, { missingRights: [right] });
    const [finding] = notAllowed.find(facts);
    assert.equal(finding?.path, path);
    assert.match(finding.message, /^jane may not override environments team\/primary;/);
    assert.equal(decide(facts).refusal?.status, 403);
  });

  it('finds nothing if no right is missing', () => {
    assert.deepEqual(notAllowed.find(factsOf({ object: environment('team') })), []);
  });

  it('names the namespace if the right is not about one object', () => {
    const right = { path: '', verb: 'override', group: 'g', resource: 'environments', namespace: 'prod' } as const;
    const [finding] = notAllowed.find(factsOf({ object: environment('team') }, { missingRights: [right] }));
    assert.match(finding?.message ?? '', /override environments in namespace prod;/);
  });

  it('names the object that names a namespace, if it is not the one in the request', () => {
    const right = { ...namespaceRight('hub', 'prod', 'a'), namedBy: 'revision 1 of Environment team/primary' };
    const [finding] = notAllowed.find(factsOf({ object: deployment('team') }, { missingRights: [right] }));
    assert.match(
      finding?.message ?? '',
      /^jane may not use hub namespace prod, which revision 1 of Environment team\/primary names: /,
    );
  });

  it('names the command that grants the use of a namespace', () => {
    const missingRights = [namespaceRight('hub', 'prod', 'a'), namespaceRight('spoke', 'shop', 'b')];
    assert.deepEqual(notAllowed.find(factsOf({ object: environment('team') }, { missingRights })), [
      {
        path: 'a',
        message:
          'jane may not use hub namespace prod: the verb use on hubnamespaces.spectrocloud.com/prod is missing; ' +
          'an administrator can apply the output of `mooring hub-namespace allow prod --user jane`',
      },
      {
        path: 'b',
        message:
          'jane may not use spoke namespace shop: the verb use on spokenamespaces.spectrocloud.com/shop is missing; ' +
          'an administrator can apply the output of `mooring spoke-namespace allow shop --user jane`',
      },
    ]);
  });

  it('names a shared hub namespace that was probably meant', () => {
    const right = namespaceRight('hub', 'manged-cluster-set-global', 'a');
    const missingRights = [{ ...right, similar: 'managed-cluster-set-global' }];
    const [finding] = notAllowed.find(factsOf({ object: environment('team') }, { missingRights }));
    assert.match(finding?.message ?? '', /--user jane`; did you mean "managed-cluster-set-global"\?$/);
  });
});
