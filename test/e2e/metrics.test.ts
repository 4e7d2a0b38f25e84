import assert from 'node:assert/strict';
import { apply, eventually, createNamespace, kubectlOk } from '../support/hub.ts';
import { environment, manifest } from '../support/manifests.ts';
import { scrape } from '../support/role-metrics.ts';
import { waitForReadiness, deleteTestObjects } from '../support/tenant.ts';

describe('/metrics', function () {
  this.timeout(60_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('metrics');
  });

  after(() => deleteTestObjects(namespace));

  /** The value of a series such as `name{label="value"}`. Undefined if the series does not exist. */
  async function sample(role: string, series: string): Promise<number | undefined> {
    const line = (await scrape(role)).split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  for (const role of ['webhook', 'controller', 'aggregator']) {
    it(`is served by the ${role} in the text format of Prometheus`, async () => {
      const text = await scrape(role);
      assert.match(text, /^# TYPE process_cpu_seconds_total counter$/m);
      assert.match(text, /^# HELP mooring_/m);
    });
  }

  it('has the series of the serving certificate only in the webhook, because an alert depends on that', async () => {
    const series = 'mooring_certificate_expiry_timestamp_seconds{certificate="serving"}';
    const expiry = await sample('webhook', series);
    assert.ok(expiry !== undefined && expiry > Date.now() / 1000);
    for (const role of ['controller', 'aggregator']) assert.equal(await sample(role, series), undefined, role);
  });

  it('has the series of an Environment until it is deleted', async () => {
    const labels = `{environment_namespace="${namespace}",environment="primary"}`;
    assert.equal(await sample('aggregator', `mooring_environment_ready${labels}`), undefined);
    await kubectlOk(['apply', '-f', '-'], { input: manifest(environment(namespace)) });
    await waitForReadiness('Ready', namespace);
    for (const [name, value] of [
      ['mooring_environment_ready', 1],
      ['mooring_environment_selected_clusters', 1],
      ['mooring_environment_required_clusters', 1],
      ['mooring_environment_revision', 1],
    ] as const) {
      await eventually(`${name} is ${value}`, async () => (await sample('aggregator', `${name}${labels}`)) === value);
    }
    await kubectlOk(['delete', 'environment', 'primary', '-n', namespace]);
    await eventually(
      'the series are removed',
      async () => !(await scrape('aggregator')).includes(`environment_namespace="${namespace}"`),
    );
  });

  it('counts the decisions of admission, and the findings of each rule', async () => {
    const denied = 'mooring_admission_requests_total{kind="Environment",operation="CREATE",decision="deny"}';
    const allowed = 'mooring_admission_requests_total{kind="Environment",operation="CREATE",decision="allow"}';
    const found = 'mooring_admission_violations_total{rule="InvalidSpec"}';
    const counts = async () =>
      (await Promise.all([denied, allowed, found].map((name) => sample('webhook', name)))).map(Number);
    const [deniedBefore = 0, allowedBefore = 0, foundBefore = 0] = (await counts()).map((count) => count || 0);
    await apply(manifest(environment(namespace, { name: 'bad', topology: { type: 'topology-ocm@v1' } })));
    await apply(manifest(environment(namespace, { name: 'good' })));
    // A denied request ends in the mutating webhook. An admitted request calls both webhooks.
    assert.deepEqual(await counts(), [deniedBefore + 1, allowedBefore + 2, foundBefore + 1]);
  });
});
