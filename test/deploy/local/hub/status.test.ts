import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStatus, formatStatusTable } from '../../../../deploy/local/hub/status.ts';

describe('the status of a hub', () => {
  it('is a table of the processes that should run', () => {
    const table = formatStatusTable(
      [
        { name: 'etcd', pid: 7, state: 'ready', port: 20_000, log: '/p/.local/etcd.log' },
        { name: 'webhook', state: 'down', port: 20_001, log: '/elsewhere/webhook.log' },
      ],
      '/p',
    );
    assert.equal(
      table,
      [
        'NAME      PID   STATE   PORT    LOG',
        'etcd      7     ready   20000   .local/etcd.log',
        'webhook   -     down    20001   /elsewhere/webhook.log',
        '',
      ].join('\n'),
    );
  });

  it('is empty if there is no hub', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'status-'));
    assert.deepEqual(await readStatus(folder), []);
    await rm(folder, { recursive: true });
    assert.deepEqual(await readStatus(folder), []);
  });
});
