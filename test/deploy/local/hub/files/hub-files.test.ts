import assert from 'node:assert/strict';
import { locateHubFiles, isDraft, isHubFile } from '../../../../../deploy/local/hub/files/hub-files.ts';

describe('the files of a hub', () => {
  it('are in its directory and are named after the process or the cluster', () => {
    const files = locateHubFiles('/d');
    assert.equal(files.pid('webhook'), '/d/webhook.pid');
    assert.equal(files.log('hub-apiserver'), '/d/hub-apiserver.log');
    assert.equal(files.kubeconfig('spoke1'), '/d/spoke1.kubeconfig');
    assert.equal(files.kubectl, '/d/bin/kubectl');
  });

  it('are all removed by a purge', () => {
    const files = locateHubFiles('/d');
    const all = [files.state, files.etcdData, files.pid('a'), files.log('a'), files.kubeconfig('a'), '/d/x.7.draft'];
    for (const path of all) assert.equal(isHubFile(path.slice('/d/'.length)), true, path);
  });

  it('do not include other entries of the directory, such as another hub', () => {
    for (const entry of ['e2e', 'README.md', 'notes.txt', 'src']) assert.equal(isHubFile(entry), false, entry);
  });

  it('are drafts if a killed process may have left them incomplete; the lock is not a draft', () => {
    const entries = ['state.json.7.1.draft', 'lock.7.2.draft', 'hub.draft', 'lock', 'state.json'];
    assert.deepEqual(entries.map(isDraft), [true, true, true, false, false]);
  });
});
