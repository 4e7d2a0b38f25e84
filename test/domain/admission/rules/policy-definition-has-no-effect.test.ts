import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import { policyDefinitionHasNoEffect } from '../../../../src/domain/admission/rules/policy-definition-has-no-effect.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';

const inNamespace = (namespace: string, template = 'output: {}', labels?: Record<string, string>): KubeObject => {
  const object = customTopology('edge', template);
  return { ...object, metadata: { ...object.metadata, namespace, ...(labels === undefined ? {} : { labels }) } };
};
const warned = [{ path: 'metadata.namespace' }];

describe('PolicyDefinitionHasNoEffect', () => {
  it('warns about a PolicyDefinition outside the system namespace, and about an edit of its spec', () => {
    const facts = factsOf({ object: inNamespace('team') });
    assert.deepEqual(findingsOf(policyDefinitionHasNoEffect, facts), warned);
    const edit = factsOf({ object: inNamespace('team', 'output: {a: 1}'), oldObject: inNamespace('team') });
    assert.deepEqual(findingsOf(policyDefinitionHasNoEffect, edit), warned);
  });

  it('does not repeat the warning for other edits', () => {
    const object = inNamespace('team', 'output: {}', { a: 'b' });
    assert.deepEqual(findingsOf(policyDefinitionHasNoEffect, factsOf({ object, oldObject: inNamespace('team') })), []);
  });

  it('allows one in the system namespace', () => {
    assert.deepEqual(findingsOf(policyDefinitionHasNoEffect, factsOf({ object: inNamespace('mural-system') })), []);
  });

  it('names the namespace', () => {
    const [found] = policyDefinitionHasNoEffect.find(factsOf({ object: inNamespace('team') }));
    assert.equal(found?.message, 'a PolicyDefinition has an effect only in namespace mural-system; create it there');
  });
});
