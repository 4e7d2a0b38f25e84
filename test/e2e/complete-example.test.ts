import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { example } from '../../deploy/local/hub/example.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { apply, eventually, kubectl, kubectlOk, getObject, sharedHub, type CommandResult } from '../support/hub.ts';
import {
  waitUntilApplied,
  deleteSpokeNamespaces,
  conditionOf,
  waitForReadiness,
  listTraces,
  deleteTestObjects,
} from '../support/tenant.ts';

/** The maximum time from `kubectl apply` until the Workload is on its spoke. */
const promisedSeconds = 10;

describe('the complete example', function () {
  this.timeout(120_000);
  const { namespace, workload } = example;
  let applyResult: CommandResult;
  let seconds: number;
  let ready: Environment;
  let applied: WorkloadDeployment;
  let selected: string;
  let others: string[];

  before(async () => {
    const { spokes } = await sharedHub();
    await kubectl(['create', 'namespace', namespace]);
    const yaml = await readFile(example.file, 'utf8');
    const began = performance.now();
    applyResult = await apply(yaml);
    [ready, applied] = await Promise.all([
      waitForReadiness('Ready', namespace),
      waitUntilApplied(namespace, example.deployment),
    ]);
    seconds = (performance.now() - began) / 1000;
    // OCM may select other clusters for the deployment than for the probe Placement of its Environment.
    [selected = ''] = applied.status?.selectedClusters ?? [];
    others = Object.keys(spokes).filter((spoke) => spoke !== selected);
  });
  after(async () => {
    await deleteTestObjects(namespace);
    // Other tests use this namespace, too, and must not find it terminating.
    await kubectlOk(['wait', '--for=delete', `namespace/${namespace}`, '--timeout=40s']);
    await kubectlOk(['delete', 'workloadprofile', 'hello-universe-demo', '-n', 'mural-system', '--ignore-not-found']);
    await deleteSpokeNamespaces(namespace);
  });

  it('is admitted without a warning', () => {
    assert.deepEqual(applyResult, {
      code: 0,
      stdout: [
        'environment.spectrocloud.com/primary created',
        'workloadprofile.spectrocloud.com/hello-universe-demo created',
        'workloaddeployment.spectrocloud.com/hello-universe-demo created',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('is Ready and applied within 10 s', () => {
    process.stdout.write(`      the complete example took ${seconds.toFixed(1)} s\n`);
    assert.ok(seconds < promisedSeconds, `it took ${seconds.toFixed(1)} s`);
  });

  it('selects one cluster', () => {
    assert.equal(ready.status?.totalSelectedClusters, 1);
    assert.equal(ready.status?.requiredClusters, 1);
    assert.equal(conditionOf(ready.status, 'EnvironmentReady'), 'True PlacementsSatisfied');
  });

  it('is rendered, and has the finalizer of the controller', async () => {
    const rendered = await eventually('the Environment is rendered', async () => {
      const now = await getObject<Environment>(['environment', 'primary', '-n', namespace]);
      return conditionOf(now?.status, 'Rendered') === undefined ? undefined : now;
    });
    assert.equal(conditionOf(rendered.status, 'FinalizerInitialized'), 'True Available');
    assert.equal(conditionOf(rendered.status, 'Rendered'), 'True Rendered');
  });

  it('records revision v1 of the Environment', async () => {
    const revision = await getObject<DefinitionRevision>([
      'definitionrevision',
      'environment.primary.v1',
      '-n',
      namespace,
    ]);
    assert.equal(ready.status?.revision, 1);
    assert.equal(revision?.spec.revision, 1);
    assert.deepEqual(revision?.spec.object['spec'], ready.spec);
    assert.equal(revision?.metadata.ownerReferences?.[0]?.uid, ready.metadata.uid);
  });

  it('applies the Workload with the profile of the system namespace', async () => {
    assert.deepEqual(applied.status?.workloadProfile, {
      namespace: 'mural-system',
      name: 'hello-universe-demo',
      revision: 1,
    });
    assert.deepEqual(applied.status?.environment, { namespace, name: 'primary', revision: 1 });
    assert.deepEqual(applied.status?.selectedClusters, [selected]);
    assert.deepEqual(applied.status?.pendingClusters, []);
    const on = await getObject<KubeObject & { spec: unknown }>(['workload', workload, '-n', namespace], selected);
    const [, shared] = parseAllDocuments(await readFile(example.file, 'utf8')).map((document) => document.toJS());
    assert.deepEqual(on?.spec, shared.spec.workload);
  });

  it('sets exactly the specified labels and annotations on the Workload', async () => {
    const on = await getObject<KubeObject>(['workload', workload, '-n', namespace], selected);
    assert.deepEqual(on?.metadata.labels, { app: 'hello-universe', environment: 'production', team: 'frontend' });
    assert.deepEqual(on?.metadata.annotations, {
      'app.kubernetes.io/version': '1.0.0',
      'deployment.kubernetes.io/revision': '1',
    });
  });

  it('sets exactly the specified labels and annotations on the Namespace', async () => {
    const on = await getObject<KubeObject>(['namespace', namespace], selected);
    assert.deepEqual(on?.metadata.labels, {
      project: 'hello-universe',
      'cost-center': 'engineering',
      compliance: 'pci-dss',
      'kubernetes.io/metadata.name': namespace, // the API server's own
    });
    assert.deepEqual(on?.metadata.annotations, {
      'scheduler.alpha.kubernetes.io/node-selector': 'kubernetes.io/os=linux',
      'kubernetes.io/managed-by': 'mural',
    });
  });

  it('applies nothing on the other spoke', async () => {
    assert.ok(others.length > 0);
    for (const on of others) {
      assert.equal(await getObject(['namespace', namespace], on), undefined, on);
      assert.equal(await kubectlOk(['get', 'workloads', '-A', '-o', 'name'], { on }), '', on);
    }
  });

  it('prints only the name and the readiness', async () => {
    const [header, row] = (await kubectlOk(['get', 'environment', '-n', namespace])).split('\n');
    assert.equal(header, 'NAME      ENVIRONMENT READY');
    assert.match(row ?? '', /^primary   Ready\s*$/);
  });

  it('prints more with -o wide', async () => {
    const [header = '', row = ''] = (await kubectlOk(['get', 'environment', '-n', namespace, '-o', 'wide'])).split(
      '\n',
    );
    assert.deepEqual(header.split(/ {2,}/), [
      'NAME',
      'ENVIRONMENT READY',
      'TOPOLOGY',
      'REVISION',
      'VERSION',
      'SELECTED',
      'REQUIRED',
      'DELETING',
      'AGE',
    ]);
    assert.match(row, /^primary +Ready +topology-ocm +1 +1 +1 +[0-9]+m?[0-9]*s?\s*$/);
  });

  it('is documented in kubectl explain', async () => {
    const text = await kubectlOk(['explain', 'environment.spec.topology']);
    assert.match(text, /determines which clusters workloads are applied to, and how\./);
    assert.match(text, /type\t<string> -required-\n +The topology: `topology-ocm`/);
  });

  it('leaves no object on hub and spokes when the file is deleted, in its order', async () => {
    const { code, stderr } = await kubectl(['delete', '-f', example.file, '--timeout=60s']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Warning: Environment hello-universe\/primary is used by .*\(InUse\)$/m);
    for (const [kind, where] of [
      ['workloaddeployment', namespace],
      ['environment', namespace],
      ['workloadprofile', 'mural-system'],
    ] as const) {
      assert.equal(await kubectlOk(['get', kind, '-n', where, '-o', 'name']), '', kind);
    }
    await eventually('OCM has removed its objects', async () => (await listTraces(namespace)).length === 0);
    assert.equal(await getObject(['namespace', namespace], selected), undefined);
  });
});
