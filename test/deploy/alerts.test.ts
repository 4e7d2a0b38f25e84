import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const folder = new URL('../../deploy/monitoring/', import.meta.url);

describe('the alert rules', () => {
  it('fire exactly when they should, according to promtool', function () {
    const { error, status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'alerts.test.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    // promtool is part of Prometheus and may not be installed.
    if (error !== undefined) this.skip();
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
});
