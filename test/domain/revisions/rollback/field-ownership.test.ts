import assert from 'node:assert/strict';
import type { JsonObject, JsonValue, ObjectMeta } from '../../../../src/api/object.ts';
import { withoutOwnership } from '../../../../src/domain/revisions/rollback/field-ownership.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const own = 'mooring-cli';

const entry = (manager: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonObject => ({
  manager,
  operation: 'Apply',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsV1,
  ...more,
});
const update = { operation: 'Update' };
const meta = (managedFields: JsonValue, annotations?: Record<string, string>): ObjectMeta => ({
  name: 'primary',
  managedFields,
  ...(annotations && { annotations }),
});
const spec = (fields: JsonObject): JsonObject => ({ 'f:spec': fields });
const leaf = {};

describe('withoutOwnership', () => {
  it('gives new fields to the manager of server-side apply, which then removes them if it does not apply them', () => {
    const before = meta([entry('flux', spec({ 'f:size': leaf }))]);
    const written = entry(own, spec({ 'f:tolerations': leaf }), update);
    const after = meta([entry('flux', spec({ 'f:size': leaf })), written]);
    assert.deepEqual(withoutOwnership(own, before, after), [
      entry('flux', spec({ 'f:size': leaf, 'f:tolerations': leaf })),
    ]);
  });

  it('gives changed fields back to the manager that owned them', () => {
    const owner = entry('team', spec({ 'f:size': leaf }), { ...update, time: '2025-01-01T00:00:00Z' });
    const flux = entry('flux', spec({ 'f:name': leaf }));
    const written = entry(own, spec({ 'f:size': leaf, 'f:new': leaf }), update);
    assert.deepEqual(withoutOwnership(own, meta([owner, flux]), meta([flux, written])), [
      entry('flux', spec({ 'f:name': leaf, 'f:new': leaf })),
      owner,
    ]);
  });

  it('distinguishes a field from the fields in it', () => {
    const before = meta([entry('flux', spec({ 'f:a': leaf }))]);
    const written = entry(own, spec({ 'f:b': { '.': leaf, 'f:c': leaf } }), update);
    const [given] = withoutOwnership(own, before, meta([...(before.managedFields as JsonValue[]), written])) ?? [];
    assert.deepEqual(given, entry('flux', spec({ 'f:a': leaf, 'f:b': { '.': leaf, 'f:c': leaf } })));
  });

  it('gives them to the manager of client-side apply, from which kubectl apply --server-side takes them', () => {
    const annotated = { 'f:metadata': { 'f:annotations': { [`f:${lastApplied}`]: leaf } } };
    const kubectl = entry('kubectl-client-side-apply', annotated, update);
    const written = entry(own, spec({ 'f:size': leaf }), update);
    const before = meta([entry('editor', spec({ 'f:x': leaf }), update), kubectl], { [lastApplied]: '{}' });
    assert.deepEqual(withoutOwnership(own, before, meta([written])), [
      { ...kubectl, fieldsV1: spec({ 'f:size': leaf }) },
    ]);
  });

  it('gives them to the newest apply; in the same second, server-side apply takes precedence', () => {
    const annotated = { 'f:metadata': { 'f:annotations': { [`f:${lastApplied}`]: leaf } } };
    const kubectl = entry('kubectl-client-side-apply', annotated, update);
    const old = entry('old', spec({ 'f:a': leaf }), { time: '2025-12-31T23:59:59Z' });
    const written = entry(own, spec({ 'f:new': leaf }), update);
    for (const time of ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z']) {
      const flux = entry('flux', spec({ 'f:b': leaf }), { time });
      const before = meta([kubectl, old, flux], { [lastApplied]: '{}' });
      const found = withoutOwnership(own, before, meta([kubectl, old, flux, written]));
      assert.deepEqual(found, [kubectl, old, { ...flux, fieldsV1: spec({ 'f:b': leaf, 'f:new': leaf }) }]);
    }
  });

  it('leaves entries of subresources alone, also those of the same manager', () => {
    const status = entry('controller', { 'f:status': leaf }, { subresource: 'status' });
    const ownStatus = entry(own, { 'f:status': leaf }, { ...update, subresource: 'status' });
    const flux = entry('flux', spec({ 'f:a': leaf }), {});
    const written = entry(own, spec({ 'f:a': leaf }), update);
    const after = meta([status, ownStatus, written]);
    assert.deepEqual(withoutOwnership(own, meta([status, ownStatus, flux]), after), [status, ownStatus, flux]);
  });

  const unchanged: { why: string; before: ObjectMeta; after: ObjectMeta }[] = [
    { why: 'the manager owns nothing', before: meta([entry('flux', spec({}))]), after: meta([]) },
    {
      why: 'nobody has applied the object',
      before: meta([entry('kubectl-create', spec({ 'f:a': leaf }), update)]),
      after: meta([entry(own, spec({ 'f:a': leaf }), update)]),
    },
    {
      why: 'only a finalizer was applied',
      before: meta([entry('controller', { 'f:metadata': { 'f:finalizers': leaf } })]),
      after: meta([entry(own, spec({ 'f:a': leaf }), update)]),
    },
    { why: 'there are no managed fields', before: { name: 'x' }, after: { name: 'x' } },
    { why: 'they are malformed', before: meta('x'), after: meta([1, null]) },
  ];
  for (const { why, before, after } of unchanged) {
    it(`changes nothing if ${why}`, () => {
      assert.equal(withoutOwnership(own, before, after), undefined);
    });
  }
});
