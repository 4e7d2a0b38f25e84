import assert from 'node:assert/strict';
import { deploymentChangeRule } from '../../../src/domain/admission/deployment-change-rule.ts';
import {
  deletionRequest,
  deploymentChange,
  deploymentRequest,
  environmentRequest,
} from '../../support/deployment-changes.ts';
import { findingsOf } from '../../support/facts.ts';

const rule = deploymentChangeRule({
  code: 'TooManyPeers',
  summary: 'Of one code.',
  remedy: 'None.',
  kinds: ['Environment', 'WorkloadDeployment'],
  operations: ['UPDATE'],
  severity: 'warn',
  findIn: ({ deployment, replacesReplicaSets }, { enforcement }) =>
    replacesReplicaSets
      ? [
          {
            path: 'spec',
            severity: 'deny',
            message: `${deployment.name} on ${enforcement}`,
            hiddenMessage: 'it happens',
          },
        ]
      : [],
});
const named = (name: string, visible = true) =>
  deploymentChange({ deployment: { namespace: 'team', name, visible }, replacesReplicaSets: true });

describe('a rule about changes of deployments', () => {
  it('reports what it finds in each change', () => {
    const facts = deploymentRequest(named('web'), deploymentChange({}), named('api'));
    assert.deepEqual(findingsOf(rule, facts), [
      { path: 'spec', severity: 'deny' },
      { path: 'spec', severity: 'deny' },
    ]);
    assert.deepEqual(
      rule.find(facts).map(({ message }) => message),
      ['web on admission', 'api on admission'],
    );
  });

  it('names the deployment if an Environment is edited, unless the requester may not see it', () => {
    const messages = rule.find(environmentRequest(named('web'), named('api', false))).map(({ message }) => message);
    assert.deepEqual(messages, [
      'WorkloadDeployment team/web: web on admission',
      'a WorkloadDeployment that you may not see: it happens',
    ]);
  });

  it('reports at most five problems and counts the others', () => {
    const found = rule.find(deploymentRequest(...Array.from({ length: 7 }, (_, index) => named(`web${index}`))));
    assert.equal(found.length, 6);
    assert.match(found.at(-1)?.message ?? '', /2 more/);
  });

  it('finds nothing without changes', () => {
    assert.deepEqual(rule.find(deletionRequest()), []);
  });

  it('is enforced on admission and on apply, and can be overridden', () => {
    const { enforcedAt, overridable, needsLiveRead, phases } = rule;
    assert.deepEqual(
      { enforcedAt, overridable, needsLiveRead, phases },
      { enforcedAt: ['admission', 'apply'], overridable: true, needsLiveRead: true, phases: ['validate'] },
    );
  });
});
