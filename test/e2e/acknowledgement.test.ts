import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { acknowledgeAnnotation } from '../../src/domain/annotations.ts';
import {
  apply,
  eventually,
  createNamespace,
  getObject,
  kubectl,
  kubectlOk,
  type CommandResult,
} from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { waitUntilApplied, deleteSpokeNamespaces, conditionOf, deleteTestObjects } from '../support/tenant.ts';

const code = 'NamespaceWouldBeDeleted';

describe('an acknowledgement', function () {
  this.timeout(120_000);
  let namespace: string;
  let cluster = '';

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('acknowledge');
    await warningsOf(edit({ create: true }, undefined, profile(namespace), deployment(namespace)));
    const { status } = await waitUntilApplied(namespace);
    cluster = status?.selectedClusters?.[0] ?? '';
    // This object belongs to another user of the namespace.
    await kubectlOk(['create', 'configmap', 'user-data', '-n', namespace], { on: cluster });
    await kubectlOk([
      'create',
      'role',
      'editor',
      '--verb=get,list,create,patch,update',
      `--resource=environments.spectrocloud.com,workloaddeployments.spectrocloud.com`,
      '-n',
      namespace,
    ]);
    await kubectlOk(['create', 'rolebinding', 'editor', '--role=editor', '--user=jane', '-n', namespace]);
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  /** Applies the Environment with this lifecycle of the spoke namespace, with or without an acknowledgement. */
  function edit(spokeNamespace: { create: boolean }, acknowledge?: string, ...more: object[]): Promise<CommandResult> {
    const annotations = acknowledge === undefined ? {} : { [acknowledgeAnnotation]: acknowledge };
    return apply(manifest(environment(namespace, { annotations, lifecycle: { spokeNamespace } }), ...more));
  }

  async function warningsOf(ran: Promise<CommandResult>): Promise<string> {
    const { code: ended, stderr } = await ran;
    assert.equal(ended, 0, stderr);
    return stderr;
  }

  async function denialOf(ran: Promise<CommandResult>): Promise<string> {
    const { code: ended, stdout, stderr } = await ran;
    assert.equal(ended, 1, stdout);
    return stderr;
  }

  const uidOnSpoke = async () => (await getObject<KubeObject>(['namespace', namespace], cluster))?.metadata.uid;
  const stored = async () => {
    const found = await getObject<KubeObject & { spec: object }>(['environment', 'primary', '-n', namespace]);
    assert.ok(found !== undefined);
    return found;
  };
  const revision = async () => Number((await stored()).metadata.annotations?.['spectrocloud.com/revision']);

  it('is required for an edit that would delete a namespace', async () => {
    const before = await stored();
    const message = await denialOf(edit({ create: false }));
    assert.match(
      message,
      new RegExp(`WorkloadDeployment ${namespace}/web: Namespace ${namespace} on ${cluster} would be deleted`),
    );
    assert.match(message, /first set spokeNamespace\.orphan: true .*\(NamespaceWouldBeDeleted\)/);
    assert.deepEqual(await stored(), before);
  });

  it('requires the verb override', async () => {
    const edited = environment(namespace, {
      annotations: { [acknowledgeAnnotation]: code },
      lifecycle: { spokeNamespace: { create: false } },
    });
    const message = await denialOf(apply(manifest(edited), '--as=jane'));
    assert.match(message, new RegExp(`jane may not override environments ${namespace}/primary; .*\\(NotAllowed\\)`));
    assert.doesNotMatch(message, /would be deleted/);
    // It cannot be set before the edit or on another object, either.
    const annotate = (what: string) =>
      kubectl(['annotate', what, '-n', namespace, `${acknowledgeAnnotation}=${code}`, '--as=jane']);
    assert.match(await denialOf(annotate('environment/primary')), /may not override environments .*\(NotAllowed\)/);
    assert.match(
      await denialOf(annotate('workloaddeployment/web')),
      /may not override workloaddeployments .*\(NotAllowed\)/,
    );
    assert.equal(await revision(), 1);
  });

  it('is denied with a suggestion if the rule does not exist', async () => {
    const message = await denialOf(edit({ create: false }, 'NamespaceWouldBeDeletd'));
    assert.match(
      message,
      /"NamespaceWouldBeDeletd" is not a rule that can be acknowledged; did you mean "NamespaceWouldBeDeleted"\?/,
    );
    assert.match(message, /\(InvalidSpec\)/);
  });

  for (const fixed of ['NotYetRecorded', 'InvalidSpec', 'NotAllowed', 'RevisionIsImmutable']) {
    it(`is denied for ${fixed}, because that rule cannot be overridden`, async () => {
      const message = await denialOf(edit({ create: true }, `${code},${fixed}`));
      assert.match(message, new RegExp(`"${fixed}" is not a rule that can be acknowledged`));
      assert.match(message, /\(InvalidSpec\)/);
    });
  }

  it('has no effect if it names another rule', async () => {
    assert.match(await denialOf(edit({ create: false }, 'InUse')), /would be deleted .*\(NamespaceWouldBeDeleted\)/);
    assert.notEqual(await uidOnSpoke(), undefined);
    await waitUntilApplied(namespace);
  });

  it('in the same request turns the denial into a warning, and the namespace is deleted', async () => {
    const uid = await uidOnSpoke();
    const message = await warningsOf(edit({ create: false }, code));
    assert.match(
      message,
      new RegExp(`^Warning: .*Namespace ${namespace} on ${cluster} would be deleted.*\\(${code}\\)$`, 'm'),
    );
    assert.equal(await revision(), 2);
    await eventually('the namespace on the spoke is deleted', async () => (await uidOnSpoke()) !== uid);
    assert.equal(await getObject(['configmap', 'user-data', '-n', namespace], cluster), undefined);
    const { status } = await eventually('the deployment reports that its namespace does not exist', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
      return conditionOf(found?.status, 'Applied') === 'False ApplyFailed' ? found : undefined;
    });
    assert.equal(status?.effectiveLifecycle?.spokeNamespace.create, false);
    assert.equal(status?.environment?.revision, 2);
  });

  it('has no effect on a later edit', async () => {
    await warningsOf(edit({ create: true }, code));
    await waitUntilApplied(namespace, 'web', 3);
    const uid = await uidOnSpoke();
    assert.notEqual(uid, undefined);
    assert.match(await denialOf(edit({ create: false }, code)), /would be deleted .*\(NamespaceWouldBeDeleted\)/);
    assert.equal((await stored()).metadata.annotations?.[acknowledgeAnnotation], code);
    assert.equal(await revision(), 3);

    // It has an effect again if it is removed and set again, or if its value changes.
    await warningsOf(edit({ create: true }));
    assert.equal((await stored()).metadata.annotations?.['spectrocloud.com/acknowledged-revision'], undefined);
    assert.equal(await uidOnSpoke(), uid);
    assert.match(await warningsOf(edit({ create: false }, code)), /^Warning: .*\(NamespaceWouldBeDeleted\)$/m);
    await eventually('the namespace on the spoke is deleted', async () => (await uidOnSpoke()) === undefined);
  });
});

describe('an acknowledgement of a deployment', function () {
  this.timeout(120_000);
  let namespace: string;
  let cluster = '';

  before(async () => {
    namespace = await createNamespace('acknowledge-pin');
    const guests = environment(namespace, { name: 'guests', lifecycle: { spokeNamespace: { create: false } } });
    const objects = [environment(namespace), guests, profile(namespace), deployment(namespace)];
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
    cluster = (await waitUntilApplied(namespace)).status?.selectedClusters?.[0] ?? '';
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  it('allows another Environment once, and is consumed when that is applied', async () => {
    const plain = deployment(namespace, { environmentRef: 'guests' });
    const annotations = { [acknowledgeAnnotation]: code };
    const denied = await apply(manifest(plain));
    assert.equal(denied.code, 1);
    assert.match(
      denied.stderr,
      /spec\.environmentRef\.name: Namespace .* would be deleted .*\(NamespaceWouldBeDeleted\)/,
    );

    const { code: ended, stderr } = await apply(manifest({ ...plain, metadata: { ...plain.metadata, annotations } }));
    assert.equal(ended, 0, stderr);
    assert.match(stderr, /^Warning: .*\(NamespaceWouldBeDeleted\)$/m);
    await eventually(
      'the namespace is deleted',
      async () => (await getObject(['namespace', namespace], cluster)) === undefined,
    );
    // The deployment no longer creates the namespace, so the test does.
    await kubectlOk(['create', 'namespace', namespace], { on: cluster });
    await eventually('everything is applied, and the acknowledgement is consumed', async () => {
      const { status } = await waitUntilApplied(namespace);
      return status?.acknowledged === code && status.effectiveLifecycle?.spokeNamespace.create === false;
    });

    const back = deployment(namespace);
    const withAnnotations = (each: KubeObject) => manifest({ ...each, metadata: { ...each.metadata, annotations } });
    await kubectlOk(['apply', '-f', '-'], { input: withAnnotations(back) });
    await eventually('the deployment owns the namespace again', async () => {
      const { status } = await waitUntilApplied(namespace);
      return status?.effectiveLifecycle?.spokeNamespace.create === true;
    });
    const later = await apply(withAnnotations(plain));
    assert.equal(later.code, 1, later.stderr);
    assert.match(later.stderr, /would be deleted .*\(NamespaceWouldBeDeleted\)/);
  });
});
