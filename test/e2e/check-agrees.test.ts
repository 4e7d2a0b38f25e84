import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { spokeNamespacesOf } from '../../src/catalog/referrers/keys.ts';
import { apply, eventually, createNamespace, getObject, kubectlOk, type CommandResult } from '../support/hub.ts';
import { runMooring } from '../support/mooring.ts';
import { waitUntilApplied, deleteSpokeNamespaces, conditionOf, deleteTestObjects } from '../support/tenant.ts';

const folder = join(import.meta.dirname, '..', 'samples', 'lifecycle');

/** The result for one object: whether it was admitted, and the codes of the findings. A denial has a `!`. */
interface Verdict {
  object: string;
  allowed: boolean;
  codes: string[];
}

async function documentsIn(file: string): Promise<KubeObject[]> {
  const documents = parseAllDocuments(await readFile(join(folder, file), 'utf8'));
  return [...documents].map((document) => document.toJS() as KubeObject);
}

/** Parses the output of kubectl. */
function parseResult({ kind, metadata }: KubeObject, { code, stderr }: CommandResult): Verdict {
  const codes = stderr
    .split('\n')
    .flatMap((line) => {
      const found = /\(([A-Z][A-Za-z]+)\)$/.exec(line)?.[1];
      return found === undefined ? [] : [line.startsWith('Warning: ') ? found : `${found}!`];
    })
    .toSorted();
  return { object: `${kind}/${metadata.name}`, allowed: code === 0, codes };
}

async function checkOffline(state: string, namespace: string, file: string): Promise<Verdict[]> {
  const args = ['check', '-o', 'json', '-n', namespace, '--state', '-', join(folder, file)];
  const { stdout, stderr } = await runMooring(args, state);
  assert.ok(stdout !== '', stderr);
  const { results }: { results: OfflineResult[] } = JSON.parse(stdout);
  return results.map(({ kind, name, allowed, violations }) => ({
    object: `${kind}/${name}`,
    allowed,
    codes: violations.map(({ code, severity }) => (severity === 'deny' ? `${code}!` : code)).toSorted(),
  }));
}

interface OfflineResult {
  kind: string;
  name: string;
  allowed: boolean;
  violations: { code: string; severity: string }[];
}

describe('mooring check has the same results as admission on the hub', function () {
  this.timeout(240_000);
  const namespaces: string[] = [];
  const spokeNamespaces = new Set<string>();

  after(async () => {
    await Promise.all(namespaces.map(deleteTestObjects));
    await deleteSpokeNamespaces(...spokeNamespaces);
  });

  /** Applies the state of a sample, and waits until the controllers have reconciled it. */
  async function applyState(sample: string): Promise<{ sample: string; namespace: string }> {
    const namespace = await createNamespace('agrees');
    namespaces.push(namespace);
    const state = await documentsIn(join(sample, 'state.yaml'));
    const ran = await apply(state.map((object) => JSON.stringify(object)).join('\n---\n'), '-n', namespace);
    assert.equal(ran.code, 0, ran.stderr);
    for (const { kind, metadata } of state) {
      if (kind === 'WorkloadDeployment') await waitUntilApplied(namespace, metadata.name);
      else if (kind === 'Environment') await waitUntilEvaluated(namespace, metadata.name);
    }
    for (const object of [...state, ...(await documentsIn(join(sample, 'apply.yaml')))]) {
      for (const spokeNamespace of spokeNamespacesOf(object)) {
        if (spokeNamespace.startsWith('sample-')) spokeNamespaces.add(spokeNamespace);
      }
    }
    return { sample, namespace };
  }

  async function compare({ sample, namespace }: { sample: string; namespace: string }): Promise<void> {
    const kinds = 'environments,workloadprofiles,workloaddeployments,definitionrevisions';
    const dump = await kubectlOk(['get', kinds, '-n', namespace, '-o', 'yaml']);
    const file = join(sample, 'apply.yaml');
    const offline = await checkOffline(dump, namespace, file);
    const online: Verdict[] = [];
    for (const object of await documentsIn(file)) {
      online.push(parseResult(object, await apply(JSON.stringify(object), '-n', namespace)));
    }
    assert.ok(online.length > 0);
    assert.deepEqual(offline, online, sample);
  }

  it('for every sample, with the output of `kubectl get` as the state, and one apply after another', async () => {
    const samples = (await readdir(folder)).toSorted();
    // A few at the same time, because most of the time is the start of a program.
    for (let first = 0; first < samples.length; first += 4) {
      const tenants = await Promise.all(samples.slice(first, first + 4).map(applyState));
      await Promise.all(tenants.map(compare));
    }
  });
});

/** Waits until an Environment is recorded and its readiness is evaluated. */
async function waitUntilEvaluated(namespace: string, name: string): Promise<void> {
  await eventually(`Environment ${name} has a status`, async () => {
    const found = await getObject<Environment>(['environment', name, '-n', namespace]);
    return found?.status?.revision === 1 && conditionOf(found.status, 'EnvironmentReady') !== undefined;
  });
}
