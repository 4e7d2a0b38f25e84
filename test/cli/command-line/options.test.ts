import assert from 'node:assert/strict';
import { parseOptions } from '../../../src/cli/command-line/parse-options.ts';
import {
  clusterOptions,
  cueModuleOption,
  repeatable,
  ruleOption,
  sharedHubNamespaceOption,
  systemNamespaceOption,
} from '../../../src/cli/command-line/options.ts';

describe('a repeatable option', () => {
  const option = () => repeatable('--state <FILE>', 'a state', 'none');

  it('collects its values in their order', () => {
    assert.deepEqual(parseOptions(['--state', 'a', '--state=b', '--state', '-'], [option()]), {
      state: ['a', 'b', '-'],
    });
    assert.deepEqual(parseOptions([], [option()]), {});
  });

  it('has a description that states that it may be repeated, and its default', () => {
    assert.equal(option().description, 'a state; may be repeated (default: none)');
  });
});

describe('the options that several commands have', () => {
  it('have the names under which the commands read them', () => {
    const options = [
      ...clusterOptions(),
      cueModuleOption(),
      ruleOption(),
      sharedHubNamespaceOption(),
      systemNamespaceOption(),
    ];
    assert.deepEqual(
      options.map((option) => option.attributeName()),
      ['kubeconfig', 'context', 'cueModule', 'rule', 'sharedHubNamespace', 'systemNamespace'],
    );
    assert.deepEqual(parseOptions([], options), { systemNamespace: 'mural-system' });
  });
});
