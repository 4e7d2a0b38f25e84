import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mooring } from '../../support/command-line.ts';
import { environment, profile } from '../../support/manifests.ts';

const sample = join(import.meta.dirname, '..', '..', 'samples', 'gitops-folder');

describe('mooring check and render of a folder as it is in a repository', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-gitops-'));
    await cp(sample, folder, { recursive: true });
    const objects = [profile('shop', 'first'), environment('shop', { name: 'second' })];
    await writeFile(join(folder, 'objects.json'), objects.map((object) => `${JSON.stringify(object)}\n`).join(''));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Runs a command, and leaves the path of the folder out of what it prints. */
  const run = async (...args: string[]) => {
    const { code, out, error } = await mooring(args);
    return { code, out, error: error.replaceAll(`${folder}/`, '') };
  };
  const notes = [
    'Note: comments.yaml: skipped: it contains no object\n',
    'Note: job.yaml:1: Job skipped: it has no metadata.name\n',
    'Note: kustomization.yaml:1: skipped: it has no apiVersion or kind\n',
    'Note: patch.yaml:1: skipped: it is not an object\n',
    'Note: values.yaml:2: skipped: it has no apiVersion or kind\n',
  ];

  it('checks every object, and notes what is skipped', async () => {
    const { code, out, error } = await run('check', folder);
    assert.equal(
      out,
      [
        'environment.spectrocloud.com/primary created\n',
        'workloadprofile.spectrocloud.com/first created\n',
        'environment.spectrocloud.com/second created\n',
        'workloadprofile.spectrocloud.com/web created\n',
      ].join(''),
    );
    for (const note of [...notes, 'Note: overlays: folder skipped; add -R to read it\n'])
      assert.ok(error.includes(note), error);
    assert.equal(code, 0);
  });

  it('checks and renders sub-folders with -R', async () => {
    const checked = await run('check', '-R', folder);
    assert.match(checked.out, /^workloaddeployment\.spectrocloud\.com\/web created$/m);
    assert.equal(checked.code, 0);
    const rendered = await run('render', '--recursive', folder);
    assert.equal(rendered.error, notes.join(''));
    assert.match(rendered.out, /^kind: ManifestWorkReplicaSet$/m);
    assert.equal(rendered.code, 0);
  });

  it('ends with 2 only for what is broken, and checks everything else', async () => {
    await writeFile(join(folder, 'broken.yaml'), 'apiVersion: spectrocloud.com/v1beta1\nkind: [\n');
    await writeFile(
      join(folder, 'unnamed.yaml'),
      'apiVersion: spectrocloud.com/v1beta1\nkind: Environment\nspec: {}\n',
    );
    for (const command of ['check', 'render']) {
      const { code, out, error } = await run(command, '-R', folder);
      assert.equal(code, 2);
      assert.match(error, /^mooring: broken\.yaml:\d+: [^\n]*$/m);
      assert.match(error, /^mooring: unnamed\.yaml:1: Environment has no metadata\.name$/m);
      assert.match(out, command === 'check' ? /^workloaddeployment\S+ created$/m : /^kind: ManifestWorkReplicaSet$/m);
    }
  });

  it('reads JSON objects that stand one after the other on standard input', async () => {
    const objects = [profile('shop'), environment('shop')];
    const input = objects.map((object) => JSON.stringify(object)).join('\n');
    const { code, out } = await mooring(['check', '-'], { input });
    assert.deepEqual([code, out.split('\n').length], [0, 3]);
  });
});
