import assert from 'node:assert/strict';
import { withoutForeignText } from '../../../src/domain/status/foreign-text.ts';
import type { DeploymentOutcome } from '../../../src/domain/status/deployment-status.ts';

const place = { namespace: 'team', systemNamespace: 'mural-system' };
const applied: DeploymentOutcome = {
  generation: 1,
  resolved: { ok: true },
  replicaSets: [],
  supersededOn: [],
  leaving: [],
  terminating: [],
  pruning: [],
  upToDate: true,
  notReconciledByOcm: false,
};
const using = (environmentIn: string, profileIn: string, more: Partial<DeploymentOutcome> = {}): DeploymentOutcome => ({
  ...applied,
  environment: { namespace: environmentIn, name: 'primary', revision: 1 },
  workloadProfile: { namespace: profileIn, name: 'web', revision: 1 },
  ...more,
});
const failed = {
  rendered: { ok: false, reason: 'InvalidParameter', message: 'code: invalid value "secret"' },
} as const;
const refused = { blocked: { reason: 'RefusedByHub', message: 'Invalid value: "secret"' } } as const;

describe('the texts of a status', () => {
  it('may quote objects of the namespace of the deployment and of the system namespace', () => {
    const outcomes = [
      using('team', 'team', failed),
      using('mural-system', 'mural-system', failed),
      using('other', 'other'),
      applied,
    ];
    for (const outcome of outcomes) assert.deepEqual(withoutForeignText(outcome, place), outcome);
  });

  it('do not quote others, and say whom to ask', () => {
    const { rendered } = withoutForeignText(using('other', 'third', failed), place);
    assert.deepEqual(rendered, {
      ok: false,
      reason: 'InvalidParameter',
      message:
        'the render fails. The cause may quote Environment other/primary and WorkloadProfile third/web, so it is not shown in this namespace: ask those who maintain Environment other/primary and WorkloadProfile third/web; `mooring render` shows it',
    });
    for (const outcome of [using('other', 'team', refused), using('team', 'other', refused)]) {
      const { blocked } = withoutForeignText(outcome, place);
      assert.equal(blocked?.reason, 'RefusedByHub');
      assert.match(blocked.message, /^the API server refuses a rendered object\. The cause may quote \w+ other\//);
      assert.doesNotMatch(blocked.message, /secret/);
    }
  });

  it('are unchanged if they contain no values', () => {
    const outcome = using('other', 'team', { blocked: { reason: 'WorkloadConflict', message: 'another one has it' } });
    assert.deepEqual(withoutForeignText(outcome, place), outcome);
  });
});
