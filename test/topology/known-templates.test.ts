import assert from 'node:assert/strict';
import { KnownTemplates } from '../../src/topology/known-templates.ts';
import { placeholderContext } from '../../src/domain/render/topology-shape.ts';

const context = placeholderContext('primary');
const other = { ...context, environment: 'other' };

describe('known templates', () => {
  it('are identified by numbers, and by the whole context until it is known what they read', () => {
    const templates = new KnownTemplates();
    assert.deepEqual(templates.inputOf('a', context), templates.inputOf('a', context));
    assert.notDeepEqual(templates.inputOf('a', context), templates.inputOf('b', context));
    assert.notDeepEqual(templates.inputOf('a', context), templates.inputOf('a', other));
    assert.notDeepEqual(templates.inputOf('a', context), templates.inputOf('a', undefined));
  });

  it('are identified by the fields that they read', () => {
    const templates = new KnownTemplates();
    templates.learn('a', ['name']);
    templates.learn('b', ['environment', 'name']);
    assert.deepEqual(templates.inputOf('a', context), templates.inputOf('a', other));
    assert.notDeepEqual(templates.inputOf('b', context), templates.inputOf('b', other));
    assert.notDeepEqual(templates.inputOf('a', context), templates.inputOf('a', { ...context, name: 'other' }));
  });

  it('get a new number after they were forgotten, so that results of another template are never found', () => {
    const templates = new KnownTemplates();
    const ids = new Set([templates.inputOf('first', context).id]);
    for (let index = 0; index < 300; index += 1) ids.add(templates.inputOf(`${index}`, context).id);
    ids.add(templates.inputOf('first', context).id);
    assert.equal(ids.size, 302);
  });
});
