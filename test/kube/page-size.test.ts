import assert from 'node:assert/strict';
import { ResponseTooLarge, ServerUnreachable } from '../../src/kube/client/errors.ts';
import { PageSize } from '../../src/kube/page-size.ts';

const mebibyte = 1024 * 1024;
const late = new ServerUnreachable('no response', { timedOut: true });

describe('the size of a page', () => {
  it('grows in steps up to 500 for small objects', () => {
    const size = new PageSize();
    const sizes = [1, 2, 3, 4, 5].map(() => {
      const { objects } = size;
      size.received({ objects, bytes: objects * 1000 });
      return objects;
    });
    assert.deepEqual([...sizes, size.objects], [6, 24, 96, 384, 500, 500]);
  });

  it('is the largest at once for metadata', () => {
    assert.equal(new PageSize({ metadataOnly: true }).objects, 500);
  });

  it('follows the size of the objects', () => {
    const size = new PageSize();
    size.received({ objects: 6, bytes: 3 * mebibyte });
    assert.equal(size.objects, 8, '4 MiB');
    size.received({ objects: 2, bytes: 12 * mebibyte });
    assert.equal(size.objects, 1, 'at least one object');
  });

  it('does not change after an empty page', () => {
    const size = new PageSize();
    size.received({ objects: 0, bytes: 100 });
    assert.equal(size.objects, 6);
  });

  it('shrinks after a response that is too large, or that does not arrive in time', () => {
    const size = new PageSize({ metadataOnly: true });
    assert.equal(size.shrinksAfter(new ResponseTooLarge('too large')), true);
    assert.equal(size.objects, 125);
    assert.equal(size.shrinksAfter(late), true);
    assert.equal(size.objects, 31);
  });

  it('does not shrink after other errors', () => {
    const size = new PageSize();
    assert.equal(size.shrinksAfter(new ServerUnreachable('refused')), false);
    assert.equal(size.shrinksAfter(new Error('other')), false);
    assert.equal(size.objects, 6);
  });

  it('ends with one object, which may have any size', () => {
    const size = new PageSize();
    assert.equal(size.maxBytes, 8 * mebibyte);
    for (let tries = 0; size.shrinksAfter(late); tries += 1) assert.ok(tries < 10);
    assert.equal(size.objects, 1);
    assert.equal(size.maxBytes, undefined);
  });
});
