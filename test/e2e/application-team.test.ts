import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { example } from '../../deploy/local/hub/example.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { environment, eventually, kubectl, kubectlOk, sharedHub } from '../support/hub.ts';
import { readReadmeCommands, type ReadmeCommand } from '../support/readme-commands.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitForReadiness, waitUntilApplied } from '../support/tenant.ts';

const top = join(import.meta.dirname, '..', '..');
const { namespace } = example;
const sections = ['A tour of five minutes', 'Protected namespaces on spokes', 'Revisions and pins'];

/** What the platform team does during the tour, and the message that the application team gets before. */
const differences: { command: RegExp; says: RegExp; platformTeam: string }[] = [
  {
    command: /^kubectl label namespace/,
    says: /cannot (get|patch) resource "namespaces"/,
    platformTeam: `kubectl label namespace ${namespace} spectrocloud.com/pin-refs=true`,
  },
  {
    command: /^kubectl apply -f second\.yaml/,
    says: /spokenamespaces\.spectrocloud\.com.*mooring spoke-namespace allow second.*\(SpokeNamespaceNotAllowed\)/s,
    platformTeam: `kubectl annotate namespace ${namespace} spectrocloud.com/spoke-namespaces=second`,
  },
];

/** What a message adds for who may not read deployments in other namespaces. */
const mayNotSee = ', unless a WorkloadDeployment that you may not see owns it too';

/** The output without what differs in every run, ages and the width of columns, and without what the right to read others changes. */
function comparable(output: string): string[] {
  return (
    output
      .split('\n')
      .map((line) =>
        line
          .replace(mayNotSee, '')
          .replaceAll(/\b\d+(s|m\d*s?|h)(?![\w.])/g, 'AGE')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      )
      // The right that is missing to read users in other namespaces, and the command that grants it.
      .filter((line) => line !== '' && !/^Warning: you may read users .* --clusterrole=mooring-view --user=/.test(line))
  );
}

describe('an application team with the role mooring-edit in its namespace', function () {
  this.timeout(300_000);
  let hub: Hub;
  let folder: string;
  let commands: ReadmeCommand[];
  let profiles: string;

  /** Runs a command of README as the application team, or as the platform team. */
  async function runAs(kubeconfig: string, command: string): Promise<{ code: number | null; output: string }> {
    const line = command.replaceAll('npm run -s mooring --', `${process.execPath} ${join(top, 'src', 'main.ts')}`);
    const child = spawn('bash', ['-c', `exec 2>&1\n${line}`], {
      cwd: folder,
      env: { ...environment, KUBECONFIG: kubeconfig, PATH: `${dirname(hub.kubectl)}:${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const output = await text(child.stdout);
    return { code: await ended, output };
  }
  const asTeam = (command: string) => runAs(join(folder, 'team.kubeconfig'), command);

  before(async () => {
    hub = await sharedHub();
    folder = await mkdtemp(join(tmpdir(), 'mooring-team-'));
    await symlink(join(top, 'deploy'), join(folder, 'deploy'));
    await mkdir(join(folder, '.local'));
    await symlink(hub.spokes['spoke1'] ?? '', join(folder, '.local', 'spoke1.kubeconfig'));
    commands = (await readReadmeCommands()).filter(({ section }) => sections.includes(section));
    await kubectl(['create', 'namespace', namespace]);
    await kubectlOk(['create', 'serviceaccount', 'team', '-n', namespace]);
    const role = ['--clusterrole=mooring-edit', `--serviceaccount=${namespace}:team`];
    await kubectlOk(['create', 'rolebinding', 'team', '-n', namespace, ...role]);
    const token = (await kubectlOk(['create', 'token', 'team', '-n', namespace])).trim();
    const config = join(folder, 'team.kubeconfig');
    await writeFile(config, await readFile(hub.kubeconfig), { mode: 0o600 });
    const admin = (
      await kubectlOk(['config', 'view', '-o', 'jsonpath={.users[0].name}', '--kubeconfig', config])
    ).trim();
    await kubectlOk(['config', 'unset', `users.${admin}`, '--kubeconfig', config]);
    await kubectlOk(['config', 'set-credentials', admin, `--token=${token}`, '--kubeconfig', config]);
    const objects = parseAllDocuments(await readFile(example.file, 'utf8')).map((one): KubeObject => one.toJS());
    profiles = JSON.stringify(objects.find(({ kind }) => kind === 'WorkloadProfile'));
    // Shared profiles are in the system namespace, which is the platform team's.
    await kubectlOk(['apply', '-f', '-'], { input: profiles });
  });

  after(async () => {
    await kubectlOk(['label', 'namespace', namespace, 'spectrocloud.com/pin-refs-']);
    await deleteTestObjects(namespace);
    await kubectlOk(['wait', '--for=delete', `namespace/${namespace}`, '--timeout=60s']);
    await kubectlOk(['delete', '-f', '-', '--ignore-not-found'], { input: profiles });
    await deleteSpokeNamespaces(namespace, 'second');
    await rm(folder, { recursive: true, force: true });
  });

  it('applies the complete example, except for the shared profile of the platform team', async () => {
    const { code, output } = await asTeam('kubectl apply -f deploy/local/examples/complete.yaml');
    assert.equal(code, 1);
    const lines = output.split('\n').filter((line) => line !== '');
    assert.deepEqual(lines.slice(0, 2), [
      'environment.spectrocloud.com/primary created',
      'workloaddeployment.spectrocloud.com/hello-universe-demo created',
    ]);
    assert.match(
      lines.slice(2).join('\n'),
      /cannot get resource "workloadprofiles" .* in the namespace "mural-system"/,
    );
    await waitForReadiness('Ready', namespace);
    await waitUntilApplied(namespace, example.deployment);
  });

  it('sees in the tour what README shows, or the right that it lacks and the command that grants it', async () => {
    assert.ok(commands.length > 20, `${commands.length} commands`);
    const used = new Set<RegExp>();
    for (const { command, output } of commands) {
      const difference = differences.find((one) => one.command.test(command) && !used.has(one.command));
      if (difference !== undefined) {
        used.add(difference.command);
        const refused = await asTeam(command);
        assert.notEqual(refused.code, 0, command);
        assert.match(refused.output, difference.says);
        const granted = await runAs(hub.kubeconfig, difference.platformTeam);
        assert.equal(granted.code, 0, granted.output);
        if (difference.platformTeam === command) continue;
      }
      await compare(command, output);
    }
    assert.equal(used.size, differences.length);
  });

  /** Commands that only read are repeated until the controllers have caught up. */
  async function compare(command: string, expected: string): Promise<void> {
    const isRead = /^kubectl (--kubeconfig \S+ )?(get|diff) |^npm run -s mooring -- (history|diff|uses) /.test(command);
    let last = '';
    const matches = async () => {
      last = (await asTeam(command)).output;
      return JSON.stringify(comparable(last)) === JSON.stringify(comparable(expected));
    };
    if (isRead) await eventually(command, matches).catch(() => false);
    else await matches();
    assert.deepEqual(comparable(last), comparable(expected), command);
  }
});
