import assert from 'node:assert/strict';
import { refusalOf, shownDenials } from '../../../src/domain/admission/refusal.ts';
import type { Violation } from '../../../src/domain/violation.ts';

const denial = (index: number, message = 'is wrong', code = 'InvalidSpec'): Violation => ({
  code,
  severity: 'deny',
  path: `spec.list[${index}]`,
  message,
});
const times = (length: number, message?: string) => Array.from({ length }, (_, index) => denial(index, message));
const bytesOf = (text = '') => new TextEncoder().encode(text).length;

describe('a refusal', () => {
  it('is absent if nothing denies', () => {
    assert.equal(refusalOf([{ ...denial(0), severity: 'warn' }]), undefined);
  });

  it('has the most important reason of its denials', () => {
    const statusOf = (...codes: string[]) => refusalOf(codes.map((code) => denial(0, 'x', code)))?.status;
    assert.equal(statusOf('NotYetRecorded'), 429);
    assert.equal(statusOf('NotYetRecorded', 'NotAllowed'), 403);
    assert.equal(statusOf('NotYetRecorded', 'NotAllowed', 'InvalidSpec'), 422);
    assert.equal(refusalOf([denial(0, 'x', 'NotYetRecorded')])?.retryAfterSeconds, 1);
  });

  it('lists fifty denials', () => {
    const message = refusalOf(times(50))?.message.split('\n') ?? [];
    assert.equal(message.length, 50);
    assert.equal(message.at(-1), 'spec.list[49]: is wrong (InvalidSpec)');
  });

  it('has at most fifty lines, and the number of the denials that it does not list', () => {
    const message = refusalOf(times(200_000))?.message.split('\n') ?? [];
    assert.equal(message.length, 50);
    assert.equal(message.at(-1), 'and 199951 more');
  });

  it('has at most 8 KiB, and the number of the denials that it does not list', () => {
    for (const filler of ['x', '界', '😀']) {
      const { message } = refusalOf(times(40, filler.repeat(500))) ?? {};
      assert.ok(bytesOf(message) <= 8 * 1024, `${bytesOf(message)}`);
      assert.match(message ?? '', /\nand \d+ more$/);
    }
  });

  it('cuts a long path and a long message, but never its code', () => {
    const { message } = refusalOf([{ ...denial(0, '界'.repeat(100_000)), path: '界'.repeat(100_000) }]) ?? {};
    assert.ok(bytesOf(message) <= 8 * 1024, `${bytesOf(message)}`);
    assert.match(message ?? '', /^界+…: 界+… \(InvalidSpec\)$/);
  });

  it('counts the lines of a message with several lines', () => {
    const { message } = refusalOf(times(40, 'a\nb')) ?? {};
    assert.equal(message?.split('\n').length, 49);
    assert.match(message ?? '', /\nand 16 more$/);
  });

  it('shows the denials that its message lists', () => {
    const { shown, more } = shownDenials([...times(60), { ...denial(0), severity: 'warn' }]);
    assert.deepEqual([shown.length, more], [49, 11]);
  });
});
