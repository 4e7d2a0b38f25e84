import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { roleEnvironment } from '../../../deploy/manifests/role-environment.ts';
import { roles } from '../../../src/api/names.ts';

describe('the environment of a role', () => {
  for (const role of roles) {
    it(`has flags that Node accepts, for the ${role}`, () => {
      const program = "process.stdout.write(String(require('node:v8').getHeapStatistics().heap_size_limit))";
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
        env: roleEnvironment(role),
        encoding: 'utf8',
      });
      assert.equal(stderr, '');
      const mib = Number(stdout) / 1024 / 1024;
      assert.ok(mib >= 512 && mib < 560, `the heap is limited to ${mib} MiB`);
    });
  }
});
