import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import { createNamespace, eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { environment, manifest } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';

const manager = 'argocd-controller';
const apply = ['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'];

describe('a tool that takes over only the fields that it owns', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('owner');
  });
  after(() => deleteTestObjects(namespace));

  const withClusters = (count: number) => manifest(environment(namespace, { placement: { numberOfClusters: count } }));

  it('sees an edit below spec.topology.properties, because admission owns no field above it', async () => {
    await kubectlOk(apply, { input: withClusters(1) });
    const live = await eventually('the controller has written the status', async () => {
      const found = await getObject<Environment>(['environment', 'primary', '-n', namespace, '--show-managed-fields']);
      return found?.status?.revision === 1 ? found : undefined;
    });
    const { managedFields } = live.metadata as unknown as { managedFields?: { manager: string; fieldsV1: object }[] };
    const ownersOf = (field: string) =>
      (managedFields ?? [])
        .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes(`"f:${field}"`))
        .map(({ manager: name }) => name);
    assert.deepEqual(ownersOf('numberOfClusters'), [manager]);
    assert.deepEqual(ownersOf('properties'), [manager], 'nobody else owns the field above');

    // Argo CD compares this answer with the live object, and drops from it what others own.
    const predicted = await kubectl([...apply, '--dry-run=server', '-o', 'json'], { input: withClusters(2) });
    assert.equal(predicted.code, 0, predicted.stderr);
    const { spec }: Environment = JSON.parse(predicted.stdout);
    assert.match(JSON.stringify(spec), /"numberOfClusters":2/);
  });
});
