import assert from 'node:assert/strict';
import { hubFiles, isDraft, isOurs } from '../../../../../deploy/local/hub/files/hub-files.ts';

describe("a hub's files", () => {
  it('lie directly in its directory, named for what they belong to', () => {
    const files = hubFiles('/d');
    assert.equal(files.pid('webhook'), '/d/webhook.pid');
    assert.equal(files.log('hub-apiserver'), '/d/hub-apiserver.log');
    assert.equal(files.kubeconfig('spoke1'), '/d/spoke1.kubeconfig');
    assert.equal(files.kubectl, '/d/bin/kubectl');
  });

  it('are all removed by a purge', () => {
    const files = hubFiles('/d');
    const all = [files.state, files.etcdData, files.pid('a'), files.log('a'), files.kubeconfig('a'), '/d/x.7.draft'];
    for (const path of all) assert.equal(isOurs(path.slice('/d/'.length)), true, path);
  });

  it('are told from what else lies there, such as another hub', () => {
    for (const entry of ['e2e', 'README.md', 'notes.txt', 'src']) assert.equal(isOurs(entry), false, entry);
  });

  it('are told from what a killed process left half written, but the lock itself is none of that', () => {
    const entries = ['state.json.7.1.draft', 'lock.7.2.draft', 'hub.draft', 'lock', 'state.json'];
    assert.deepEqual(entries.map(isDraft), [true, true, true, false, false]);
  });
});
