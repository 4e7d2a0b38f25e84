import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { warningsOf } from '../../../src/webhook/review/warnings.ts';
import { decision } from '../../support/admission-review.ts';
import type { Violation } from '../../../src/domain/violation.ts';

const warning = (message: string, path = ''): Violation => ({ code: 'SomeRule', severity: 'warn', path, message });
const linesOf = (...violations: Violation[]) => warningsOf(decision({ violations }));

describe('warningsOf', () => {
  it('is empty for a decision without violations and notes', () => {
    assert.deepEqual(warningsOf(decision()), []);
  });

  it('has one line for each violation that warns, then the notes, and no denials', () => {
    const denial: Violation = { ...warning('is wrong'), severity: 'deny' };
    const violations = [warning('is odd', 'spec.version'), denial, warning('matches nothing')];
    assert.deepEqual(warningsOf(decision({ violations, notes: ['rights were not checked'] })), [
      'spec.version: is odd (SomeRule)',
      'matches nothing (SomeRule)',
      'rights were not checked',
    ]);
  });

  it('contains a repeated warning once', () => {
    assert.deepEqual(linesOf(warning('is odd'), warning('is odd')), ['is odd (SomeRule)']);
  });

  it('omits the path to stay under 120 characters', () => {
    const path = 'spec.topology.properties';
    assert.deepEqual(linesOf(warning('x'.repeat(100), path)), [`${'x'.repeat(100)} (SomeRule)`]);
    assert.deepEqual(linesOf(warning('x'.repeat(80), path)), [`${path}: ${'x'.repeat(80)} (SomeRule)`]);
  });

  it('truncates a line to stay under 256 characters, and keeps the code', () => {
    const [line] = linesOf(warning('x'.repeat(1000)));
    assert.equal(line?.length, 255);
    assert.match(line, /^x+… \(SomeRule\)$/);
    assert.equal(warningsOf(decision({ notes: ['x'.repeat(1000)] }))[0]?.length, 255);
  });

  it('never truncates within a character', () => {
    for (const shift of ['', 'x']) {
      const [line] = warningsOf(decision({ notes: [shift + '😀'.repeat(200)] }));
      assert.equal(line?.isWellFormed(), true);
      assert((line?.length ?? 256) < 256);
    }
  });

  it('joins several lines into one, because the API server rejects control characters', () => {
    assert.deepEqual(warningsOf(decision({ notes: [' one\n  two\u0000three\t'] })), ['one two three']);
  });

  it('counts the warnings beyond 4096 characters in total', () => {
    const notes = Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(150, '.'));
    const lines = warningsOf(decision({ notes }));
    assert(lines.join('').length <= 4096);
    assert.equal(lines.at(-1), `and ${100 - (lines.length - 1)} more warnings`);
    assert.equal(lines.length, 28);
  });

  it('omits no warning that fits', () => {
    const notes = Array.from({ length: 16 }, (_, index) => `${index}`.padEnd(255, '.'));
    assert.deepEqual(warningsOf(decision({ notes })), notes);
  });
});
