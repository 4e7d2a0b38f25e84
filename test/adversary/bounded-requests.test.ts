import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/api/object.ts';
import { kubectlOk, type CommandResult } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const times = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));

/** A profile as JSON in one line: the API server accepts requests of at most 3 MiB. */
const profileOf = (namespace: string, components: string, name = 'p') =>
  `{"apiVersion":"spectrocloud.com/v1beta1","kind":"WorkloadProfile","metadata":{"name":"${name}","namespace":"${namespace}"},"spec":{"workload":{"components":${components}}}}`;

const withPolicies = (namespace: string, patches: number, patch: JsonObject = { properties: { a: 1 } }) => {
  const bare = environment(namespace);
  const policies = times(Math.ceil(patches / 128), (index): JsonObject => {
    const components = times(Math.min(128, patches - 128 * index), () => patch);
    return { name: `p${index}`, type: 'override', properties: { components } };
  });
  return manifest({ ...bare, spec: { ...bare.spec, policies } });
};

describe('requests that ask for more work than they may', function () {
  this.timeout(240_000);
  let attacker: TenantUser;
  let other: TenantUser;

  before(async function () {
    this.timeout(300_000);
    attacker = await createTenant('bounds-attacker');
    other = await createTenant('bounds-other');
  });

  after(async () => {
    for (const { namespace } of [attacker, other]) await deleteTestObjects(namespace);
  });

  const dryRun = (tenant: TenantUser, json: string): Promise<CommandResult> =>
    tenant.kubectl(['create', '--dry-run=server', '--validate=false', '-f', '-'], json);

  /** The median duration of dry runs of the other tenant, which all succeed. */
  async function medianOfOther(runs = 7): Promise<number> {
    const durations: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const started = performance.now();
      const result = await dryRun(other, manifest(profile(other.namespace)));
      assert.equal(result.code, 0, result.stderr);
      durations.push(performance.now() - started);
    }
    return durations.toSorted((left, right) => left - right)[Math.floor(runs / 2)] ?? 0;
  }

  /** How many times longer the dry runs of the other tenant take while `attack` is repeated by several clients. */
  async function slowdownDuring(attack: () => Promise<CommandResult>, clients: number): Promise<number> {
    const quiet = await medianOfOther();
    const end = new AbortController();
    const attacks = times(clients, async () => {
      while (!end.signal.aborted) await attack();
    });
    const busy = await medianOfOther().finally(() => end.abort());
    await Promise.all(attacks);
    return busy / quiet;
  }

  const leaderTransitions = () =>
    kubectlOk([
      'get',
      'lease',
      'mooring-controller',
      '-n',
      'mooring-system',
      '-o',
      'jsonpath={.spec.leaseTransitions}',
    ]);

  it('are denied by their size, in few words, and do not delay others', async () => {
    const components = `[${times(160_000, (index) => `{"name":"n${index}"}`).join(',')}]`;
    const bomb = () => dryRun(attacker, profileOf(attacker.namespace, components));
    const { code, stderr } = await bomb();
    assert.notEqual(code, 0);
    assert.match(stderr, /the object has \d+ KiB; at most 1024 KiB can be recorded as a revision \(InvalidSpec\)/);
    assert.ok(stderr.length < 16 * 1024, `${stderr.length} characters`);
    const slowdown = await slowdownDuring(bomb, 2);
    assert.ok(slowdown < 8, `dry runs of another tenant took ${slowdown.toFixed(1)} times as long`);
  });

  it('have a denial of bounded length, whatever is wrong with them', async () => {
    const fields = times(6000, (index) => `"unknown${index}":1`).join(',');
    const bare = environment(attacker.namespace);
    const spec = { ...bare.spec, policies: [{ name: 'p', type: 'override', properties: 'FIELDS' }] };
    const { stderr } = await dryRun(attacker, JSON.stringify({ ...bare, spec }).replace('"FIELDS"', `{${fields}}`));
    assert.match(stderr, /and \d+ more/);
    assert.ok(stderr.length < 20 * 1024, `${stderr.length} characters`);
  });

  it('are denied for profiles of 1 MiB with hundreds of thousands of values', async () => {
    const components = `[{"name":"a","type":"t","properties":{"x":[${times(340_000, () => '{}').join(',')}]}}]`;
    const all = times(40, (index) => profileOf(attacker.namespace, components, `p${index}`)).join('\n---\n');
    const { stderr } = await attacker.kubectl(['create', '--validate=false', '-f', '-'], all);
    assert.equal(stderr.match(/spec: has more than 20000 values/g)?.length, 40, stderr.slice(0, 2000));
    assert.equal(await attacker.kubectlOk(['get', 'workloadprofiles', '-o', 'name']), '');
  });

  it('do not delay others when many large reviews are in flight', async () => {
    const text = 'x'.repeat(900 * 1024);
    const large = profileOf(attacker.namespace, `[{"name":"a","type":"t","properties":{"text":"${text}"}}]`);
    const slowdown = await slowdownDuring(async () => {
      const result = await dryRun(attacker, large);
      assert.ok(result.code === 0 || /busy|overloaded/.test(result.stderr), result.stderr);
      return result;
    }, 8);
    assert.ok(slowdown < 15, `dry runs of another tenant took ${slowdown.toFixed(1)} times as long`);
  });

  it('do not occupy the controller or the webhook with overrides', async () => {
    const before = await leaderTransitions();
    const tooMany = await attacker.apply(withPolicies(attacker.namespace, 64 * 128, {}));
    assert.match(tooMany.stderr, /spec\.policies: has 8192 patches and selector entries in total/);
    const keys = Object.fromEntries(times(100, (index) => [`k${index}`, 1]));
    const components = JSON.stringify(times(128, (index) => ({ name: `c${index}`, type: 't', properties: keys })));
    await attacker.kubectlOk(['create', '-f', '-'], profileOf(attacker.namespace, components, 'web'));
    await attacker.kubectlOk(['apply', '--server-side', '-f', '-'], withPolicies(attacker.namespace, 4000));
    const denied = await attacker.apply(manifest(deployment(attacker.namespace)));
    assert.match(
      denied.stderr,
      /4000 patches and selector entries times 128 components are 512000.*\(TooManyOverrides\)/,
    );
    const slowdown = await slowdownDuring(() => attacker.apply(manifest(deployment(attacker.namespace))), 2);
    assert.ok(slowdown < 8, `dry runs of another tenant took ${slowdown.toFixed(1)} times as long`);
    assert.equal(await leaderTransitions(), before);
  });

  it('are denied too if the Environment is created after the deployment', async () => {
    const { namespace } = other;
    await other.kubectlOk(['apply', '-f', '-'], manifest(profile(namespace), deployment(namespace)));
    const bare = environment(namespace);
    const patch = { name: 'ui', type: 'worker', properties: { a: 1 } };
    const policies = [{ name: 'p', type: 'override', properties: { components: [patch] } }];
    const differs = await other.apply(manifest({ ...bare, spec: { ...bare.spec, policies } }));
    assert.match(differs.stderr, /the type of a component cannot be overridden.*\(OverrideTypeDiffers\)/);
    const heavy = await other.kubectl(['create', '-f', '-'], withPolicies(namespace, 4096));
    assert.equal(heavy.code, 0, 'one component is within the bound');
  });
});
