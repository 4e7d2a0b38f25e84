import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../src/api/environment.ts';
import { customTopology } from '../support/custom-topology.ts';
import { apply, eventually, createNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { waitUntilApplied, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

const samples = join(import.meta.dirname, '..', 'samples');

const rows = [
  { file: 'endless', reason: 'DeadlineExceeded', says: /the evaluation took more than \d+ ms$/ },
  { file: 'memory-bomb', reason: 'OutOfMemory', says: /the evaluation needs more memory than its limit$/ },
];

describe('a topology whose evaluation does not end', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('endless');
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    const names = rows.map(({ file }) => `${namespace}-${file}`);
    await kubectlOk(['delete', 'policydefinition', ...names, '-n', 'mural-system', '--ignore-not-found']);
  });

  for (const { file } of rows) {
    it(`is admitted in time, with a warning: ${file}`, async () => {
      const topology = `${namespace}-${file}`;
      const template = await readFile(join(samples, `${file}.cue`), 'utf8');
      await kubectlOk(['apply', '-f', '-'], { input: manifest(customTopology(topology, template)) });
      const began = performance.now();
      const { code, stderr } = await apply(
        manifest(environment(namespace, { name: file, topology: { type: topology } })),
      );
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^Warning: the topology could not be checked: the evaluation /m);
      // The API server calls two webhooks with a timeout of 5 s each.
      assert.ok(performance.now() - began < 10_000);
    });
  }

  it('does not prevent that another Environment is rendered and applied meanwhile', async () => {
    const objects = [environment(namespace), profile(namespace), deployment(namespace)];
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
    const { status } = await waitUntilApplied(namespace);
    assert.equal(status?.selectedClusters?.length, 1);
  });

  for (const { file, reason, says } of rows) {
    it(`is stopped, and the Environment reports why: ${file}`, async () => {
      const shown = await eventually(`Environment ${file} shows ${reason}`, async () => {
        const found = await getObject<Environment>(['environment', file, '-n', namespace]);
        const conditions = (found?.status?.conditions ?? []).filter((condition) => condition.reason === reason);
        return conditions.length === 2 ? conditions : undefined;
      });
      assert.deepEqual(shown.map(({ type, status }) => `${type}=${status}`).toSorted(), [
        'EnvironmentReady=False',
        'Rendered=False',
      ]);
      for (const { message } of shown) assert.match(message ?? '', says);
      assert.match(shown[0]?.message ?? '', new RegExp(`^spec\\.topology\\.type: ${namespace}-${file}: `));
    });
  }
});
