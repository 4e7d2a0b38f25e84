import assert from 'node:assert/strict';
import { access, glob, readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const top = join(import.meta.dirname, '..');

/** Names in the documentation that stand for a file of the reader's own. */
const placeholder = /my-(?:rule|command|kind)/;

async function documents(): Promise<string[]> {
  const found: string[] = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  for await (const path of glob('{docs,deploy,certs}/**/*.md', { cwd: top })) found.push(path);
  return found;
}

const read = (path: string) => readFile(join(top, path), 'utf8');

function exists(path: string): Promise<boolean> {
  return access(join(top, path)).then(
    () => true,
    () => false,
  );
}

/** Paths of the project in code spans, such as `src/kube/client/list.ts`; a pattern or an ellipsis is not a path. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`((?:src|test|deploy|docs|certs)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
  return spans.filter((path) => !path.includes('…') && !path.includes('*') && !placeholder.test(path));
}

/** Targets of links to files, with the anchor where there is one. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '').filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('the documentation', () => {
  it('names only paths that exist', async () => {
    const missing: string[] = [];
    for (const document of await documents()) {
      for (const path of pathsIn(await read(document))) {
        if (!(await exists(path))) missing.push(`${document}: ${path}`);
      }
    }
    assert.deepEqual(missing, []);
  });

  it('links only to files and headings that exist', async () => {
    const broken: string[] = [];
    for (const document of await documents()) {
      for (const link of linksIn(await read(document))) {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? document : join(dirname(document), path);
        if (!(await exists(target))) {
          broken.push(`${document}: ${link}`);
          continue;
        }
        if (anchor === undefined) continue;
        const headings = [...(await read(target)).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''));
        if (!headings.includes(anchor)) broken.push(`${document}: ${link}`);
      }
    }
    assert.deepEqual(broken, []);
  });

  for (const document of ['README.md', 'docs/architecture.md']) {
    it(`describes every folder of src: ${document}`, async () => {
      const text = await read(document);
      const entries = await readdir(join(top, 'src'), { withFileTypes: true });
      const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      assert.ok(folders.length > 5, 'the folders were found');
      assert.deepEqual(
        folders.filter((folder) => !text.includes(`src/${folder}`) && !new RegExp(`\\b${folder}\\b`).test(text)),
        [],
      );
    });
  }

  it('describes every folder of src/domain in docs/architecture.md', async () => {
    const text = await read('docs/architecture.md');
    const entries = await readdir(join(top, 'src', 'domain'), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assert.deepEqual(
      folders.filter((folder) => !text.includes(`\`${folder}/\``)),
      [],
    );
  });
});
