import assert from 'node:assert/strict';
import { hubFiles } from '../../../../deploy/local/hub/files/hub-files.ts';
import { hubProcesses, portNames, stopStage } from '../../../../deploy/local/hub/inventory.ts';
import type { HubState } from '../../../../deploy/local/hub/files/state.ts';

function stateWith(shape: Partial<HubState>): HubState {
  const full = { spokes: 2, withoutOcm: false, withoutMooring: false, rules: [], ...shape };
  return { ...full, ports: Object.fromEntries(portNames(full).map((name, index) => [name, 20_000 + index])) };
}

function namesOf(shape: Partial<HubState>): string[] {
  return hubProcesses(stateWith(shape), hubFiles('/d')).map(({ name }) => name);
}

function words(name: string, shape: Partial<HubState> = {}): string {
  const spec = hubProcesses(stateWith(shape), hubFiles('/d')).find((one) => one.name === name);
  return spec?.args.join(' ') ?? '';
}

const kubernetes = ['etcd', 'hub-apiserver', 'spoke1-apiserver', 'hub-controller-manager', 'spoke1-controller-manager'];

describe('what runs for a hub', () => {
  it('is one etcd, two processes per cluster, the stand-in and the three roles', () => {
    assert.deepEqual(namesOf({ spokes: 1 }), [...kubernetes, 'ocm-stand-in', 'webhook', 'controller', 'aggregator']);
  });

  it('leaves out what it is told to', () => {
    assert.deepEqual(namesOf({ spokes: 1, withoutOcm: true, withoutMooring: true }), kubernetes);
  });

  it('keeps clusters apart in the etcd that they share', () => {
    assert.match(words('hub-apiserver'), /--etcd-prefix=\/hub /);
    assert.match(words('spoke2-apiserver'), /--etcd-prefix=\/spoke2 /);
  });

  it('gives each role credentials of its own, and the rules to those that judge', () => {
    const shape = { rules: ['InUse=warn'] };
    assert.match(words('webhook', shape), /serve webhook --kubeconfig \/d\/webhook\.kubeconfig .*--rule InUse=warn/);
    assert.match(words('controller', shape), /--identity local-controller --rule InUse=warn/);
    assert.doesNotMatch(words('aggregator', shape), /--rule/);
  });

  it('uses no port twice', () => {
    const ports = hubProcesses(stateWith({}), hubFiles('/d')).map(({ port }) => port);
    assert.equal(new Set(ports).size, ports.length);
  });

  it('stops in the reverse order of what depends on what', () => {
    const stages = namesOf({}).toReversed().map(stopStage);
    assert.deepEqual(
      stages,
      stages.toSorted((a, b) => a - b),
    );
  });
});
