import assert from 'node:assert/strict';
import { ChecksumError, checkSum, findSum } from '../../../../deploy/local/kubernetes/checksum.ts';

const sum = 'a'.repeat(64);
const other = 'b'.repeat(64);

describe('the sum of a file', () => {
  const found = [
    { content: sum, why: 'Kubernetes publishes the sum alone' },
    { content: `${sum}\n`, why: 'a line may have an end' },
    { content: `${other}  other.tar.gz\n${sum}  file.tar.gz\n`, why: 'etcd publishes one line for each file' },
    { content: `${sum} *file.tar.gz\n`, why: 'sha256sum marks binary files' },
    { content: `${sum}  ./file.tar.gz\r\n`, why: 'sha256sum writes paths as they were given' },
    { content: sum.toUpperCase(), why: 'hexadecimal digits may be capitals' },
  ];
  for (const { content, why } of found) {
    it(`is found, because ${why}`, () => assert.equal(findSum(content, 'folder/file.tar.gz'), sum));
  }

  const missing = [
    { content: '', why: 'empty' },
    { content: '<html>Log in</html>', why: 'a page of a proxy' },
    { content: `${other}  other.tar.gz`, why: 'about other files' },
    { content: sum.slice(1), why: 'incomplete' },
    { content: 'a'.repeat(128), why: 'a sum of another algorithm' },
  ];
  for (const { content, why } of missing) {
    it(`is not found if the content is ${why}`, () => assert.equal(findSum(content, 'folder/file.tar.gz'), undefined));
  }

  it('is compared without regard to case', () => {
    checkSum('url', sum, { sum: sum.toUpperCase(), source: 'checksums.json' });
    assert.throws(() => checkSum('url', sum, { sum: other, source: 'checksums.json' }), ChecksumError);
  });
});
