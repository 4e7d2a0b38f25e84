import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goBuild } from '../../../../deploy/local/kubernetes/tool-build.ts';

/** Two packages are to be compiled and one is in the cache; the second one takes as long as the terminal needs to show it. */
const fakeGo = `#!/bin/sh
if [ "$1" = list ]; then
  echo "go: downloading k8s.io/api v0.37.2" >&2
  sleep 0.6
  echo "true k8s.io/api"; echo "false fmt"; echo "true k8s.io/kubernetes/cmd/kubectl"
  exit
fi
echo "k8s.io/api" >&2
sleep 0.6
echo "k8s.io/kubernetes/cmd/kubectl" >&2
`;
const failing = `${fakeGo}
echo "# k8s.io/kubernetes/cmd/kubectl" >&2
echo "main.go:1:1: undefined: x" >&2
exit 1
`;

describe('go build', () => {
  let folder = '';
  let replaced: string[] = [];
  let printed: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'go-'));
    replaced = [];
    printed = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const output = { print: (line: string) => printed.push(line), replace: (line: string) => replaced.push(line) };
  const build = (environment: Record<string, string>) =>
    goBuild(
      { module: folder, output: join(folder, 'out'), packages: ['./cmd/...'], ldflags: '-s -w', environment },
      'the program',
      output,
    );
  async function buildWith(go: string): Promise<void> {
    await writeFile(join(folder, 'go'), go);
    await chmod(join(folder, 'go'), 0o755);
    await build({ PATH: `${folder}:${process.env['PATH'] ?? ''}` });
  }
  const shown = () => replaced.map((line) => line.replaceAll(/\d+ s/g, 'N s'));

  it('shows the modules that are downloaded and the packages that are compiled, without those in the cache', async () => {
    await buildWith(fakeGo);
    const lines = shown();
    assert.ok(lines.includes('building the program: N s so far: go: downloading k8s.io/api v0.37.2'), lines.join('\n'));
    assert.ok(
      lines.includes('building the program: 1 of 2 packages, N s so far, about N s left: k8s.io/api'),
      lines.join('\n'),
    );
    assert.equal(lines.at(-1), '');
    assert.match(printed.join('\n'), /^built the program in \d+ s$/);
  });

  it('fails with the messages of the compiler, without the names of packages', async () => {
    await assert.rejects(buildWith(failing), {
      message: 'go build failed:\n# k8s.io/kubernetes/cmd/kubectl\nmain.go:1:1: undefined: x',
    });
    assert.equal(replaced.at(-1), '', 'the line is removed from the terminal');
  });

  it('fails with the messages of Go if the modules cannot be downloaded', async () => {
    const go =
      '#!/bin/sh\necho "go: downloading k8s.io/api v0.37.2" >&2\necho "go: k8s.io/api: no such host" >&2\nexit 1\n';
    await assert.rejects(buildWith(go), { message: 'go list failed:\ngo: k8s.io/api: no such host' });
  });

  it('builds a real program', async () => {
    await mkdir(join(folder, 'cmd', 'hello'), { recursive: true });
    await writeFile(join(folder, 'go.mod'), 'module example.com/hello\n\ngo 1.26\n');
    await writeFile(join(folder, 'cmd', 'hello', 'main.go'), 'package main\n\nfunc main() {}\n');
    await build(Object.fromEntries(Object.entries(process.env).map(([name, value = '']) => [name, value])));
    assert.deepEqual(await readdir(join(folder, 'out')), ['hello']);
  }).timeout(60_000);
});
