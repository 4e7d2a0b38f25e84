import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const folder = new URL('../../deploy/monitoring/', import.meta.url);

describe('the alert rules', () => {
  it('fire when they should and only then, as promtool sees it', function () {
    const { error, status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'alerts.test.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    // promtool comes with Prometheus; not every machine has it.
    if (error !== undefined) this.skip();
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
});
