import { readdir, readFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/**
 * Makes the program as it is shipped: `mooring.js`, which needs no node_modules, and `lib` with code that commands load when
 * they run. One single file would do, but Node would parse all 7 MB of it: `mooring help` takes 0.19 s and 87 MiB that way, and
 * 0.04 s and 52 MiB with the code split.
 */
const top = fileURLToPath(new URL('..', import.meta.url));

// Packages in CommonJS call `require` for Node's own modules, which a module in ESM does not have.
const requireForPackages =
  "import { createRequire as createNodeRequire } from 'node:module';\nconst require = createNodeRequire(import.meta.url);";

/** Builds into a folder, whose content is replaced. Returns what each file was made of and imports; paths are relative to the project. */
export async function buildProgram(outdir: string): Promise<Metafile['outputs']> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: top,
    entryPoints: { mooring: 'src/main.ts', 'lib/worker': 'src/topology/worker.ts' },
    outdir,
    chunkNames: 'lib/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // The oldest Node that commander runs on.
    target: 'node22.15',
    // No name is shortened, so that stack traces name functions. Comments and spaces would be kept in memory by Node, with two bytes for
    // each character if one comment has a curly quote. The license texts are in one file.
    minifyWhitespace: true,
    // Lines short enough for the position in a stack trace to tell something.
    lineLimit: 160,
    legalComments: 'none',
    banner: { js: requireForPackages },
    metafile: true,
    logLevel: 'warning',
  });
  // Read at run time, from beside the code that reads them.
  for (const folder of ['builtin', 'cue']) {
    await cp(join(top, 'src', 'topology', folder), join(outdir, 'lib', folder), { recursive: true });
  }
  await mkdir(outdir, { recursive: true });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
  await writeFile(join(outdir, 'LICENSES.txt'), await licenseTexts(Object.keys(metafile.inputs)));
  return metafile.outputs;
}

/** The license texts of the packages that the inputs are from. Throws if a package has none. */
async function licenseTexts(inputs: readonly string[]): Promise<string> {
  const folders = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []),
  );
  const texts = await Promise.all([...folders].toSorted().map(licenseText));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenseText(folder: string): Promise<string> {
  const { name, version, license }: { name: string; version: string; license?: string } = JSON.parse(
    await readFile(join(top, folder, 'package.json'), 'utf8'),
  );
  const file = (await readdir(join(top, folder))).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined && license === undefined) throw new Error(`${name} has no license`);
  const text = file === undefined ? '' : `\n${await readFile(join(top, folder, file), 'utf8')}`;
  return `${name} ${version} (${license ?? 'see below'})\n${text}`;
}

if (import.meta.main) await buildProgram(join(top, 'dist'));
