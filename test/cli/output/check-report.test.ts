import assert from 'node:assert/strict';
import { environments } from '../../../src/api/kinds.ts';
import { reportSteps, type CheckStep } from '../../../src/cli/output/check-report.ts';
import type { OfflineResult } from '../../../src/offline/offline-hub.ts';
import { liveTerminal } from '../../support/live-terminal.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const admitted: OfflineResult = {
  operation: 'CREATE',
  resource: environments,
  namespace: 'team',
  name: 'primary',
  allowed: true,
  unchanged: false,
  violations: [],
  notes: [],
  unchecked: [],
  uncheckedRules: [],
};
const refused: OfflineResult = {
  ...admitted,
  operation: 'DELETE',
  allowed: false,
  violations: [
    { code: 'InUse', severity: 'deny', path: '', message: 'it is used' },
    { code: 'InvalidSpec', severity: 'warn', path: 'spec.a', message: 'is odd' },
  ],
};
const right = {
  verb: 'use',
  group: 'spectrocloud.com',
  resource: 'environments',
  namespace: 'team',
  path: '',
} as const;

async function report(steps: CheckStep[], output: 'text' | 'json' = 'text') {
  const { terminal, written } = liveTerminal(createMemoryClient());
  async function* all() {
    yield* await Promise.resolve(steps);
  }
  return { code: await reportSteps(all(), output, terminal), ...written };
}

describe('the report of check', () => {
  const lines: { step: OfflineResult; word: string; why: string }[] = [
    { step: admitted, word: 'created', why: 'a new object' },
    { step: { ...admitted, operation: 'UPDATE' }, word: 'configured', why: 'an edit' },
    { step: { ...admitted, operation: 'UPDATE', unchanged: true }, word: 'unchanged', why: 'an edit without effect' },
    { step: { ...admitted, operation: 'DELETE' }, word: 'deleted', why: 'a deletion' },
  ];
  for (const { step, word, why } of lines) {
    it(`prints "${word}", as kubectl does: ${why}`, async () => {
      assert.deepEqual(await report([step]), {
        code: 0,
        out: `environment.spectrocloud.com/primary ${word}\n`,
        error: '',
      });
    });
  }

  it('lists denials, prints warnings on standard error, and returns 1', async () => {
    assert.deepEqual(await report([admitted, refused]), {
      code: 1,
      out: 'environment.spectrocloud.com/primary created\nenvironment.spectrocloud.com/primary in team would not be deleted:\n* it is used (InUse)\n',
      error: 'Warning: spec.a: is odd (InvalidSpec)\n',
    });
  });

  it('names objects that admission does not apply to, in text only', async () => {
    const skipped = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
    const { code, out } = await report([{ skipped }]);
    assert.deepEqual([code, out], [0, 'namespace/team not checked: the admission of mooring does not apply to it\n']);
    assert.deepEqual(JSON.parse((await report([{ skipped }], 'json')).out), { results: [] });
  });

  it('prints results as JSON', async () => {
    const { code, out } = await report([refused], 'json');
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), {
      results: [
        {
          operation: 'DELETE',
          kind: 'Environment',
          namespace: 'team',
          name: 'primary',
          allowed: false,
          violations: refused.violations,
        },
      ],
    });
  });

  it('names each unchecked right once', async () => {
    const step = { ...admitted, unchecked: [right, { ...right, name: 'primary' }] };
    const { error } = await report([step, step]);
    assert.equal(
      error,
      'Note: unchecked right: use environments in namespace team\nNote: unchecked right: use environments team/primary\n',
    );
  });

  it('names each unchecked rule once', async () => {
    const step = { ...admitted, uncheckedRules: ['Rule: the state contains no ManagedCluster'] };
    const { error } = await report([step, step]);
    assert.equal(error, 'Note: unchecked rule: Rule: the state contains no ManagedCluster\n');
  });
});
