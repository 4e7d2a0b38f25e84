import assert from 'node:assert/strict';
import type { TopologyFailure } from '../../../../src/topology/topology-result.ts';
import { wasStopped } from '../../../../src/webhook/gather/renders/stopped.ts';

describe('a failed evaluation', () => {
  const rows: { reason: TopologyFailure; timesStopped?: number; stopped: boolean; why: string }[] = [
    { reason: 'EngineFailed', stopped: true, why: 'the engine was busy or broke' },
    { reason: 'DeadlineExceeded', stopped: true, why: 'the machine may have been busy' },
    { reason: 'DeadlineExceeded', timesStopped: 2, stopped: true, why: 'it may have been busy twice' },
    { reason: 'DeadlineExceeded', timesStopped: 3, stopped: false, why: 'the topology is too slow' },
    { reason: 'OutOfMemory', stopped: false, why: 'the memory does not depend on the load' },
    { reason: 'InvalidTemplate', stopped: false, why: 'the same input gives the same output' },
  ];
  for (const { reason, timesStopped, stopped, why } of rows) {
    it(`${stopped ? 'may succeed later' : 'fails again'} after ${reason}: ${why}`, () => {
      const times = timesStopped === undefined ? {} : { timesStopped };
      assert.equal(wasStopped({ ok: false, reason, violations: [], ...times }), stopped);
    });
  }
});
