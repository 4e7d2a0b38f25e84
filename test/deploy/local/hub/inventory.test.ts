import assert from 'node:assert/strict';
import { locateHubFiles } from '../../../../deploy/local/hub/files/hub-files.ts';
import { listProcessSpecs, listPortNames, stopStageOf } from '../../../../deploy/local/hub/inventory.ts';
import type { HubState } from '../../../../deploy/local/hub/files/state.ts';

function stateWith(shape: Partial<HubState>): HubState {
  const full = { spokes: 2, withoutOcm: false, withoutMooring: false, rules: [], ...shape };
  return { ...full, ports: Object.fromEntries(listPortNames(full).map((name, index) => [name, 20_000 + index])) };
}

function namesOf(shape: Partial<HubState>): string[] {
  return listProcessSpecs(stateWith(shape), locateHubFiles('/d')).map(({ name }) => name);
}

function commandLine(name: string, shape: Partial<HubState> = {}): string {
  const spec = listProcessSpecs(stateWith(shape), locateHubFiles('/d')).find((one) => one.name === name);
  return spec?.args.join(' ') ?? '';
}

const kubernetes = ['etcd', 'hub-apiserver', 'spoke1-apiserver', 'hub-controller-manager', 'spoke1-controller-manager'];

describe('the processes of a hub', () => {
  it('are one etcd, two processes per cluster, the stand-in and the three roles', () => {
    assert.deepEqual(namesOf({ spokes: 1 }), [...kubernetes, 'ocm-stand-in', 'webhook', 'controller', 'aggregator']);
  });

  it('do not include OCM and mooring if the user does not want them', () => {
    assert.deepEqual(namesOf({ spokes: 1, withoutOcm: true, withoutMooring: true }), kubernetes);
  });

  it('use one prefix per cluster in the etcd that the clusters share', () => {
    assert.match(commandLine('hub-apiserver'), /--etcd-prefix=\/hub /);
    assert.match(commandLine('spoke2-apiserver'), /--etcd-prefix=\/spoke2 /);
  });

  it('have credentials for each role, and the rules for the roles that apply them', () => {
    const shape = { rules: ['InUse=warn'] };
    assert.match(
      commandLine('webhook', shape),
      /serve webhook --kubeconfig \/d\/webhook\.kubeconfig .*--rule InUse=warn/,
    );
    assert.match(commandLine('controller', shape), /--identity local-controller --rule InUse=warn/);
    assert.doesNotMatch(commandLine('aggregator', shape), /--rule/);
  });

  it('have different ports', () => {
    const ports = listProcessSpecs(stateWith({}), locateHubFiles('/d')).map(({ port }) => port);
    assert.equal(new Set(ports).size, ports.length);
  });

  it('are stopped before those that they depend on', () => {
    const stages = namesOf({}).toReversed().map(stopStageOf);
    assert.deepEqual(
      stages,
      stages.toSorted((a, b) => a - b),
    );
  });
});
